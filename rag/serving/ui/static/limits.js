// The address follows the limits of the search, so that a link repeats the view; ?q= may fill the box, &ask=1 ask it.
import { all, ask, box, find, send } from "./dom.js";
import { bringBack } from "./asked.js";

const OURS = ["since", "until", "source", "language", "about"];
let isLoaded = false;

export const sync = () => {
  const chips = find("#limits .chips");
  if (!chips) return;
  if (!isLoaded) return loaded();
  const address = new URL(location.href);
  const before = address.search;
  OURS.forEach((name) => address.searchParams.delete(name));
  new URLSearchParams(chips.dataset.query).forEach((value, name) => address.searchParams.append(name, value));
  if (address.search !== before) history.replaceState(history.state, "", address);
};

/** The server has read the address: what was asked for once isn't asked again by a reload. */
const loaded = () => {
  isLoaded = true;
  const address = new URL(location.href);
  const question = address.searchParams.get("q");
  const asks = address.searchParams.get("ask") === "1";
  ["q", "ask", "lang"].forEach((name) => address.searchParams.delete(name));
  history.replaceState(history.state, "", address);
  sync();
  if (!question) bringBack();
  if (question && asks) waitForBox(question.trim().replace(/\s+/g, " "));
};

const waitForBox = (question, tries = 50) => {
  if (box()?.value && find("#ask .submit-button")) return ask(box().value);
  if (tries) setTimeout(() => waitForBox(question, tries - 1), 40);
};

export const unlimit = (chip) => {
  send("wire-unlimit", { name: chip.dataset.name, value: chip.dataset.value ?? "" });
  box()?.focus();
};

/** The other language shows the same view. */
export const speak = (link) => {
  const address = new URL(location.href);
  address.searchParams.set("lang", link.hreflang);
  location.assign(address);
};

export const openFilters = () => all("#filters > button:not(.open)").forEach((button) => button.click());
