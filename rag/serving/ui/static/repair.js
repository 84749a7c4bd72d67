// Repairs of Gradio's DOM, run after each change of it: direction by text, names for buttons, states, what is said aloud.
import { MESSAGE, all, box, find, isBusy, make, page, root, set, words } from "./dom.js";

const STATES = { "✓": "good", "≈": "part", "⇄": "part", "?": "part", "؟": "part", "✕": "bad", "∅": "none", "◌": "none" };

const RATED = ["good", "part", "none"]; // an answer that was stopped, or failed, is none

export const follow = (area) => set(area, "dir", area && area.value ? "auto" : root.dir);

const messages = () =>
  all(MESSAGE).forEach((message) => {
    set(message, "dir", "auto");
    message.removeAttribute("aria-label"); // Gradio's holds the raw Markdown
  });

const states = () =>
  all("#chat .thought-group").forEach((group) => {
    const sign = [...group.textContent.trim()][0];
    set(group, "data-state", STATES[sign] || "plain");
    all(".title button:not([disabled])", group).forEach((button) => {
      button.disabled = true; // a button inside a button; the title itself opens
      set(button, "aria-hidden", "true");
    });
  });

const names = () => {
  all("#chat .examples[role=list]").forEach((list) => list.removeAttribute("role"));
  set(find("#ask .submit-button"), "aria-label", words.send);
  set(find("#ask .stop-button"), "aria-label", words.stop);
  const log = find("#chat [role=log]");
  set(log, "aria-label", words.conversation);
  set(log, "aria-live", "off"); // every piece of an answer would be read out; `announce` says it once
};

/** Buttons of ours beside Gradio's: edit under the last question, rate under each answer. */
const buttons = () => {
  const rows = all("#chat .message-buttons-right .icon-button-wrapper");
  rows.forEach((row, place) => {
    const own = find(".edit", row);
    if (place < rows.length - 1 || isBusy()) own?.remove();
    else if (!own) row.append(button("edit", words.edit));
  });
  if (!find("#top nav[data-rating]")) return;
  all("#chat .message-buttons-left .icon-button-wrapper").forEach((row) => {
    const group = find(".thought-group", row.closest(".message-buttons-left").previousElementSibling);
    if (!RATED.includes(group?.dataset.state)) all(".own", row).forEach((own) => own.remove());
    else if (!find(".rate", row)) {
      row.append(button("rate-right", words.rate_right), button("rate", words.rate));
    }
  });
};

const SHAPES = {
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  "rate-right": "M7 11v9H4v-9zM7 11l4-8c2 0 2.6 1.4 2.3 3l-.5 3H19c1.3 0 2 1 1.7 2.2l-1.5 7c-.3 1-1 1.8-2.2 1.8H7",
  rate: "M5 21V4h13l-3 4 3 4H5",
};
const SVG = "http://www.w3.org/2000/svg";

const drawn = (shape) => {
  const icon = page.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = page.createElementNS(SVG, "path");
  path.setAttribute("d", shape);
  icon.append(path);
  return icon;
};

const button = (act, name) => {
  const made = make("button", { type: "button", className: `icon-button own ${act}`, title: name });
  made.append(drawn(SHAPES[act]));
  made.dataset.act = act;
  made.setAttribute("aria-label", name);
  return made;
};

let told = "";
let wasBusy = false;
const announce = () => {
  const busy = isBusy();
  if (wasBusy && !busy) {
    const state = all("#chat .thought-group .title").at(-1)?.textContent.trim() ?? "";
    const text = all('#chat [data-testid="bot"]').at(-1)?.innerText.trim() ?? "";
    told = `${state}. ${text}`;
    const line = find("#said");
    if (line) line.textContent = told;
  }
  wasBusy = busy;
};

export const repair = () => {
  messages();
  states();
  names();
  buttons();
  follow(box());
  announce();
};
