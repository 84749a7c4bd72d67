// What the pages beside the chat do with a script; each works without it, but for the theme.
(() => {
  "use strict";
  const page = document;
  const body = page.body;
  const dark = () =>
    body.classList.contains("dark") ||
    (!body.classList.contains("light") && matchMedia("(prefers-color-scheme: dark)").matches);

  page.querySelectorAll('[data-act="theme"]').forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const theme = dark() ? "light" : "dark";
      page.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
      body.classList.remove("light", "dark");
      body.classList.add(theme);
    });
  });
  // An empty field of the search form would stand in the address of the view.
  page.querySelectorAll("form.find").forEach((form) =>
    form.addEventListener("submit", () =>
      form.querySelectorAll("input, select").forEach((field) => (field.disabled = !field.value)),
    ),
  );
  addEventListener("pageshow", () =>
    page.querySelectorAll("form.find :disabled").forEach((field) => (field.disabled = false)),
  );
  // ---- adding articles: sizes are told before anything is sent, and a form is sent once
  const told = (form, words) => {
    const note = form.querySelector(".note");
    note.textContent = words;
    note.hidden = !words;
  };
  const fault = (field) => {
    const files = [...(field?.files || [])];
    const { each, all, most, large, many } = field?.dataset || {};
    if (files.length > Number(most)) return many;
    const total = files.reduce((sum, file) => sum + file.size, 0);
    return total > Number(all) || files.some((file) => file.size > Number(each)) ? large : "";
  };
  page.querySelectorAll("form.way-in").forEach((form) => {
    const field = form.querySelector("input[type=file]");
    field?.addEventListener("change", () => told(form, fault(field)));
    form.addEventListener("submit", (event) => {
      const words = field ? fault(field) : "";
      told(form, words);
      if (words) return event.preventDefault();
      const button = form.querySelector(".go");
      form.dataset.label = button.textContent;
      button.textContent = form.dataset.sending;
      button.disabled = true;
    });
  });
  addEventListener("pageshow", () =>
    page.querySelectorAll("form.way-in .go:disabled").forEach((button) => {
      button.disabled = false;
      button.textContent = button.form.dataset.label || button.textContent;
    }),
  );
  const job = page.querySelector("[data-job]");
  const follow = async () => {
    try {
      const reply = await fetch(job.dataset.job);
      const { done, words, share } = await reply.json();
      if (done) return location.reload();
      const line = job.querySelector("[data-words]");
      if (line.textContent !== words) line.textContent = words;
      const bar = job.querySelector("progress");
      if (share === null) bar.removeAttribute("value");
      else bar.value = share;
    } catch {
      // the server is away for a moment; ask again
    }
    setTimeout(follow, 700);
  };
  if (job) follow();

  page.addEventListener("keydown", (event) => {
    const typing = /^(TEXTAREA|INPUT|SELECT)$/.test(page.activeElement.tagName);
    const search = page.querySelector("form.find input[type=search]");
    if (event.key === "/" && !typing && search) {
      event.preventDefault();
      search.focus();
    }
  });
})();
