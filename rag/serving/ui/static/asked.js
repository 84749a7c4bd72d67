// A question whose answer is on its way survives a reload and the other language: it comes back into the box.
import { all, box, isBusy, write } from "./dom.js";

const KEY = "shawahid.asked";
const guarded = (work) => {
  try {
    return work();
  } catch {
    return null; // a browser that keeps nothing
  }
};

let kept = null;

/** Called after each change of the page. */
export const keepAsked = () => {
  const asked = isBusy() ? (all('#chat [data-testid="user"]').at(-1)?.innerText.trim() ?? "") : "";
  if (kept === null || asked === kept) return;
  kept = asked;
  guarded(() => (asked ? sessionStorage.setItem(KEY, asked) : sessionStorage.removeItem(KEY)));
};

/** Called once, when the server has filled the page. */
export const bringBack = () => {
  kept = guarded(() => sessionStorage.getItem(KEY)) ?? "";
  if (kept && box() && !box().value) write(kept);
};
