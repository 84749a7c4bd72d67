// Copying: Gradio would copy the escaped Markdown.
import { CITATION, MESSAGE, all, find, make, page } from "./dom.js";

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea", { value: text });
    page.body.append(area);
    area.select();
    page.execCommand("copy");
    area.remove();
  }
};

export const copyQuotation = (button) => {
  const label = button.textContent;
  copy(button.dataset.copy);
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = label), 1500);
};

/** The answer with its references, as the server wrote them; a question or an unfinished answer as it stands. */
export const copyMessage = (button) => {
  const row = button.closest(".message-buttons").previousElementSibling;
  const link = row && find(CITATION, row);
  const turn = link && page.getElementById(link.getAttribute("href").slice(1).split("-")[0]);
  const parts = row ? all(MESSAGE, row).map((message) => message.innerText.trim()) : [];
  copy(turn ? turn.dataset.answer : parts.at(-1) || "");
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), 1500);
};
