// The list of kept conversations. What the browser kept is shown as text, never as HTML.
import { all, find, make, page, root, words } from "./dom.js";
import { leave, list, open, opened, remove, rename } from "./talks.js";

const when = new Intl.DateTimeFormat(root.lang === "ar" ? "ar-u-nu-latn" : "en-GB", {
  dateStyle: "medium",
  timeStyle: "short",
});

const button = (act, label, className = "act") => {
  const made = make("button", { type: "button", className, textContent: label });
  made.dataset.act = act;
  return made;
};

const row = ([id, talk]) => {
  const item = make("li", { className: id === opened() ? "on" : "" });
  item.dataset.id = id;
  const name = button("talk-open", talk.name, "name");
  name.dir = "auto";
  if (id === opened()) name.setAttribute("aria-current", "true");
  const time = make("time", { textContent: when.format(new Date(talk.at || 0)), dir: "auto" });
  item.append(name, time, button("talk-rename", words.rename), button("talk-delete", words.delete));
  return item;
};

const draw = () => {
  const rows = list().map(row);
  find("#talks .talks").replaceChildren(...rows);
  find("#talks .none").hidden = rows.length > 0;
  find("#talks .danger").hidden = rows.length === 0;
};

const idOf = (element) => element.closest("li").dataset.id;
const dialog = () => find("#talks");

const startRename = (element) => {
  const item = element.closest("li");
  const field = make("input", { value: find(".name", item).textContent, maxLength: 80, dir: "auto" });
  field.setAttribute("aria-label", words.talk_name);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") endRename(item);
    if (event.key === "Escape") draw();
    if (event.key === "Enter" || event.key === "Escape") event.preventDefault();
  });
  item.replaceChildren(field, button("talk-save", words.save), button("talk-cancel", words.cancel));
  field.select();
};

const endRename = (item) => {
  rename(item.dataset.id, find("input", item).value);
  draw();
};

/** Deleting takes two presses: the first asks. */
const sure = (element, work) => {
  if (element.dataset.sure) return work();
  const label = element.innerHTML;
  element.dataset.sure = "1";
  element.textContent = words.sure;
  setTimeout(() => {
    if (!element.isConnected) return;
    delete element.dataset.sure;
    element.innerHTML = label; // our own words, in both languages
  }, 4000);
};

const drop = (ids) => {
  const isShown = ids.includes(opened());
  if (isShown) {
    leave();
    find("#new-chat")?.click();
  }
  ids.forEach(remove);
  draw();
};

export const ACTIONS = {
  talks: () => {
    draw();
    dialog().showModal();
  },
  "talk-open": (element) => {
    open(idOf(element));
    dialog().close();
    find("#ask textarea")?.focus();
  },
  "talk-rename": startRename,
  "talk-save": (element) => endRename(element.closest("li")),
  "talk-cancel": draw,
  "talk-delete": (element) => sure(element, () => drop([idOf(element)])),
  "talk-delete-all": (element) => sure(element, () => drop(list().map(([id]) => id))),
  "dialog-close": (element) => element.closest("dialog").close(),
};

/** A click beside an open dialog closes it. */
export const clickedBeside = (event) => {
  const open = all("dialog[open]", page).find((one) => one === event.target);
  open?.close();
};
