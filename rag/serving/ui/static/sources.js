// The sources: a citation opens its card; on a phone they are a sheet from below.
import { CITATION, all, find, near, page } from "./dom.js";

let opener = null;

export const isOpen = () => page.body.classList.contains("sheet");

export const show = (id, from) => {
  const card = page.getElementById(id);
  if (!card) return;
  opener = from;
  all("#sources .turn").forEach((turn) => (turn.hidden = turn !== card.closest(".turn")));
  all("#sources .src.on").forEach((other) => other.classList.remove("on"));
  card.classList.add("on");
  page.body.classList.add("sheet");
  const panel = find("#sources");
  void panel.offsetWidth; // the sheet must be visible before it can take the focus
  const above = find(".sp-head", panel).offsetHeight + 8;
  const top =
    card.getBoundingClientRect().top - panel.getBoundingClientRect().top + panel.scrollTop - above;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  panel.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
  card.focus({ preventScroll: true });
  count();
};

export const openSheet = (button) => {
  opener = button;
  page.body.classList.add("sheet");
  find("#sources .x")?.focus();
};

export const closeSheet = () => {
  if (!isOpen()) return;
  page.body.classList.remove("sheet");
  if (opener?.isConnected) opener.focus();
};

/** The number on the header's button: the sources of the answer that the panel shows. */
export const count = () => {
  const button = find('[data-act="open"]');
  const turn = find("#sources .turn:not([hidden])");
  if (!button) return;
  if (button.disabled === Boolean(turn)) button.disabled = !turn;
  const badge = find("[data-count]", button);
  const number = turn ? turn.dataset.count : "0";
  if (badge.textContent !== number) badge.textContent = number;
  if (badge.hidden !== (number === "0")) badge.hidden = number === "0";
};

export const hover = (event) => {
  const link = near(event, CITATION);
  const card = link && page.getElementById(link.getAttribute("href").slice(1));
  card?.classList.toggle("hover", event.type === "mouseover");
};

/** Arrows go from citation to citation, and from card to card; true when they did. */
export const walk = (event) => {
  const forward = page.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  const step = { [forward]: 1, ArrowDown: 1, [back]: -1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return false;
  const here = page.activeElement;
  const kind = [`#chat ${CITATION}`, "#sources .turn:not([hidden]) .src"].find((one) => here?.matches(one));
  if (!kind) return false;
  const row = all(kind);
  row[row.indexOf(here) + step]?.focus();
  event.preventDefault();
  return true;
};
