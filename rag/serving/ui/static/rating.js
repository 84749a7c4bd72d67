// Rating an answer: right at once, the rest with a dialog.
import { all, find, send } from "./dom.js";

let number = 0;

/** The answer's exchange: as many questions stand above it. */
const numberOf = (button) => {
  const rows = all("#chat .user-row, #chat .message-buttons-left");
  return rows.slice(0, rows.indexOf(button.closest(".message-buttons-left"))).filter((row) => row.matches(".user-row")).length;
};

const mark = (button) => {
  all(".own", button.parentElement).forEach((own) => own.classList.remove("done"));
  button.classList.add("done");
};

let pressed = null;
const dialog = () => find("#rating");
const chosen = () => find('#rating input[name="verdict"]:checked');

export const ACTIONS = {
  "rate-right": (button) => {
    send("wire-rate", { number: numberOf(button), verdict: "right", comment: "" });
    mark(button);
  },
  rate: (button) => {
    number = numberOf(button);
    pressed = button;
    find("form", dialog()).reset();
    find(".main", dialog()).disabled = true;
    dialog().showModal();
  },
  "rate-send": () => {
    send("wire-rate", { number, verdict: chosen()?.value, comment: find("#rating textarea").value });
    mark(pressed);
    dialog().close();
  },
};

export const changed = (event) => {
  if (event.target.name === "verdict") find(".main", dialog()).disabled = !chosen();
};
