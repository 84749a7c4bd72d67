// The page's own behaviour over Gradio's: what is pressed, clicked and changed, and who answers for it.
import { CITATION, ask, box, find, isBusy, near, page } from "./dom.js";
import { dress, turnTheme } from "./theme.js";
import { follow, repair } from "./repair.js";
import { closeSheet, count, hover, isOpen, openSheet, show, walk } from "./sources.js";
import { copyMessage, copyQuotation } from "./copying.js";
import { keep, leave } from "./talks.js";
import { ACTIONS as TALKS, clickedBeside } from "./talks_list.js";
import { keepAsked } from "./asked.js";
import { speak, sync, unlimit } from "./limits.js";
import { ACTIONS as RATING, changed } from "./rating.js";
import "./export.js";

const startNew = () => {
  closeSheet();
  find("#talks")?.close();
  leave();
  find("#new-chat")?.click();
  box()?.focus();
};
const edit = () => {
  find("#edit-last")?.click();
  box()?.focus();
};
const choose = (button) => {
  closeSheet();
  ask(button.dataset.question);
};

const ACTIONS = {
  theme: turnTheme,
  open: openSheet,
  close: closeSheet,
  back: closeSheet,
  copy: copyQuotation,
  new: startNew,
  edit,
  choose,
  unlimit,
  ...TALKS,
  ...RATING,
};

const clicked = (event) => {
  if (event.target === page.body) return closeSheet();
  clickedBeside(event);
  const link = near(event, `${CITATION}, #sources a[data-show]`);
  const skip = near(event, "a.skip");
  const action = near(event, "[data-act]");
  const language = near(event, "#top a[hreflang]");
  const copying = near(event, "#chat .message-buttons button:first-of-type:not(.own)"); // "copy" is the first
  if (link) {
    event.preventDefault();
    event.stopPropagation();
    show(link.getAttribute("href").slice(1), link);
  } else if (skip) {
    event.preventDefault();
    box()?.focus();
  } else if (action) {
    ACTIONS[action.dataset.act]?.(action);
  } else if (language && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    speak(language);
  } else if (copying) {
    event.stopImmediatePropagation();
    copyMessage(copying);
  }
};

/** Escape closes the sheet, else stops the answer, else leaves an edit. A dialog closes itself. */
const escape = () => {
  if (find("dialog[open]")) return;
  if (isOpen()) return closeSheet();
  if (isBusy()) return find("#ask .stop-button").click();
  find("#leave-edit")?.click();
};

const pressed = (event) => {
  const isTyping = /^(TEXTAREA|INPUT|SELECT)$/.test(page.activeElement.tagName);
  if (event.key === "Escape") return escape();
  if (event.key === "/" && !isTyping && !find("dialog[open]")) {
    event.preventDefault();
    return box()?.focus();
  }
  if (event.key === "ArrowUp" && page.activeElement === box() && !box().value && !isBusy()) {
    event.preventDefault();
    return edit();
  }
  walk(event);
};

let isDue = false;
const settle = () => {
  isDue = false;
  repair();
  count();
  keep();
  sync();
  keepAsked();
};
const later = () => {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(settle);
};

page.addEventListener("click", clicked, true);
page.addEventListener("keydown", pressed);
page.addEventListener("change", changed);
page.addEventListener("mouseover", hover);
page.addEventListener("mouseout", hover);
page.addEventListener("input", (event) => event.target.matches?.("#ask textarea") && follow(event.target));
const attributeFilter = ["dir", "aria-label", "aria-live", "hidden", "data-query"];
new MutationObserver(later).observe(page.body, { childList: true, subtree: true, attributes: true, attributeFilter });
new MutationObserver(dress).observe(page.body, { attributes: true, attributeFilter: ["class"] });
dress();
settle();
