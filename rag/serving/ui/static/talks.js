// Conversations, kept in this browser alone: localStorage has them, sessionStorage which one this tab shows.
import { all, send } from "./dom.js";

const PREFIX = "shawahid.talk.";
const OPEN = "shawahid.open";
const MOST = 30; // conversations
const MOST_CHARACTERS = 200_000; // of one: the server takes bodies of 256 KiB
const NAME_CHARACTERS = 80;

/** A browser may refuse storage altogether; the page works on without. */
const guarded = (work, otherwise) => {
  try {
    return work();
  } catch {
    return otherwise;
  }
};
const read = (id) => guarded(() => JSON.parse(localStorage.getItem(PREFIX + id)), null);
const isTalk = (talk) => talk && Array.isArray(talk.turns) && typeof talk.name === "string";

/** [id, conversation], newest first. */
export const list = () =>
  guarded(() => Object.keys(localStorage), [])
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => [key.slice(PREFIX.length), read(key.slice(PREFIX.length))])
    .filter(([, talk]) => isTalk(talk))
    .sort(([, one], [, other]) => (other.at || 0) - (one.at || 0));

export const opened = () => guarded(() => sessionStorage.getItem(OPEN), null);
const point = (id) =>
  guarded(() => (id ? sessionStorage.setItem(OPEN, id) : sessionStorage.removeItem(OPEN)));

const store = (id, talk) => {
  for (;;) {
    try {
      localStorage.setItem(PREFIX + id, JSON.stringify(talk));
      break;
    } catch {
      const oldest = list().at(-1)?.[0]; // full: the oldest makes room
      if (!oldest || oldest === id) return;
      remove(oldest);
    }
  }
  list().slice(MOST).forEach(([old]) => remove(old));
};

export const remove = (id) => guarded(() => localStorage.removeItem(PREFIX + id));
export const rename = (id, name) => {
  const talk = read(id);
  const clean = name.trim().slice(0, NAME_CHARACTERS);
  if (isTalk(talk) && clean) store(id, { ...talk, name: clean, named: true });
};

/** Another conversation takes the place of the one shown. */
export const open = (id) => {
  const talk = read(id);
  if (!isTalk(talk)) return;
  point(id);
  turns.clear();
  isComing = true;
  send("wire-restore", { turns: talk.turns });
};

/** The next question begins a conversation of its own. */
export const leave = () => {
  point(null);
  turns.clear();
};

const turns = new Map(); // the exchanges of the conversation shown, by the id of their section
let seen = "";
let isComing = false; // a conversation was asked for and isn't there yet

/** Keeps the exchanges whose answers the sources panel shows; called after each change of the page. */
export const keep = () => {
  const sections = all("#sources .turn");
  const mark = sections.map((section) => section.id + (section.dataset.kept ?? "")).join();
  if (mark === seen) return;
  const isFirst = seen === "" || isComing;
  seen = mark;
  if (sections.length === 0) {
    if (opened() && !isComing) remove(opened()); // every question was taken back
    return;
  }
  isComing = false;
  sections.forEach((section) => {
    const exchange = guarded(() => JSON.parse(section.dataset.kept), null);
    if (exchange) turns.set(section.id, exchange);
  });
  // A conversation that could not be put back is left as it is: what is asked now is another one.
  if (isFirst && !sections.some((section) => "restored" in section.dataset)) point(null);
  const shown = sections.map((section) => turns.get(section.id)).filter(Boolean);
  if (shown.length) save(opened() || fresh(), shown);
};

const fresh = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

const save = (id, shown) => {
  const known = read(id) || {};
  while (shown.length > 1 && JSON.stringify(shown).length > MOST_CHARACTERS) shown.shift();
  const name = known.named ? known.name : shown[0].question.slice(0, NAME_CHARACTERS);
  point(id);
  store(id, { version: 1, name, named: Boolean(known.named), at: Date.now(), turns: shown });
};
