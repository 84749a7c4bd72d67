// What every script here uses: finding, naming, and sending to the server's handlers.
export const page = document;
export const root = page.documentElement;
export const CITATION = 'a[href^="#t"]';
export const MESSAGE = '[data-testid="bot"], [data-testid="user"]';

export const find = (selector, within = page) => within.querySelector(selector);
export const all = (selector, within = page) => [...within.querySelectorAll(selector)];
export const near = (event, selector) =>
  event.target instanceof Element ? event.target.closest(selector) : null;

export const words = JSON.parse(find('meta[name="shawahid-words"]')?.content || "{}");

/** Sets an attribute only where it differs: the observer that calls us watches attributes. */
export const set = (element, name, value) => {
  if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
};

export const make = (tag, properties = {}, ...children) => {
  const made = Object.assign(page.createElement(tag), properties);
  made.append(...children);
  return made;
};

/** Hands `detail` to the handler behind a hidden component of page.py. */
export const send = (wire, detail) =>
  find(`#${wire} i`)?.dispatchEvent(new CustomEvent("wire", { detail, bubbles: true }));

export const box = () => find("#ask textarea");
export const isBusy = () => Boolean(find("#ask .stop-button"));

/** Puts a question in the box as if typed, so that Gradio sees it. */
export const write = (question) => {
  const area = box();
  if (!area) return;
  area.value = question;
  area.dispatchEvent(new Event("input", { bubbles: true }));
};

/** Asks; an answer that is still being written has to be stopped first. */
export const ask = (question) => {
  if (isBusy()) return;
  write(question);
  requestAnimationFrame(() => find("#ask .submit-button")?.click());
};
