// Exports the conversation shown: what the browser keeps of it goes to the server, which checks and returns a file.
import { all, make, page } from "./dom.js";
import { list, opened } from "./talks.js";

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
const kept = () => list().find(([id]) => id === opened())?.[1].turns;
const shown = () => all("#sources .turn").map((section) => parsed(section.dataset.kept)).filter(Boolean);

/** Only what an export holds: bodies are limited. */
const slim = ({ question, answer }) => ({
  question,
  status: answer.status,
  language: answer.language,
  text: answer.text,
  citations: answer.citations,
});

page.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-export]") : null;
  const turns = button && (kept() || shown());
  if (!turns?.length) return;
  const form = make("form", {
    method: "post",
    enctype: "multipart/form-data",
    action: `/export/${button.dataset.export}`,
    hidden: true,
  });
  form.append(make("input", { type: "hidden", name: "turns", value: JSON.stringify(turns.map(slim)) }));
  page.body.append(form);
  form.submit();
  form.remove();
  button.closest("details")?.removeAttribute("open");
});
