// What Gradio leaves to us: direction by text, the sources panel, theme, copying, names for unnamed buttons.
(() => {
  "use strict";
  const page = document;
  const root = page.documentElement;
  const MESSAGE = '[data-testid="bot"], [data-testid="user"]';
  const CITATION = 'a[href^="#t"]';
  const WORDS = {
    ar: { send: "أرسل السؤال", stop: "أوقف الجواب", log: "المحادثة" },
    en: { send: "Send the question", stop: "Stop the answer", log: "Conversation" },
  };
  const words = WORDS[root.lang] || WORDS.ar;
  const find = (selector, within = page) => within.querySelector(selector);
  const all = (selector, within = page) => [...within.querySelectorAll(selector)];
  const near = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  // ---- repairs of Gradio's DOM, run after each change of it
  const STATES = { "✓": "good", "≈": "part", "?": "part", "؟": "part", "✕": "bad" };
  const set = (element, name, value) => {
    if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
  };
  const repair = () => {
    all(MESSAGE).forEach((message) => {
      set(message, "dir", "auto");
      message.removeAttribute("aria-label"); // Gradio's holds the raw Markdown
    });
    all("#chat .thought-group").forEach((group) => {
      const sign = [...group.textContent.trim()][0];
      set(group, "data-state", STATES[sign] || "plain");
      all(".title button:not([disabled])", group).forEach((button) => {
        button.disabled = true; // a button inside a button; the title itself opens
        set(button, "aria-hidden", "true");
      });
    });
    all("#chat .examples[role=list]").forEach((list) => list.removeAttribute("role"));
    set(find("#ask .submit-button"), "aria-label", words.send);
    set(find("#ask .stop-button"), "aria-label", words.stop);
    set(find("#chat [role=log]"), "aria-label", words.log);
    follow(find("#ask textarea"));
    count();
  };
  const follow = (box) => set(box, "dir", box && box.value ? "auto" : root.dir);
  const count = () => {
    const button = find('[data-act="open"]');
    const turn = find("#sources .turn:not([hidden])");
    if (!button) return;
    if (button.disabled === Boolean(turn)) button.disabled = !turn;
    const badge = find("[data-count]", button);
    const number = turn ? turn.dataset.count : "0";
    if (badge.textContent !== number) badge.textContent = number;
    if (badge.hidden !== (number === "0")) badge.hidden = number === "0";
  };
  let due = false;
  const later = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      repair();
    });
  };

  // ---- theme: the system's until the reader chooses
  const chosen = () => (page.cookie.match(/(?:^|; )theme=(dark|light)/) || [])[1];
  const dress = () => {
    const theme = chosen();
    if (theme && page.body.classList.contains("dark") !== (theme === "dark")) {
      page.body.classList.toggle("dark", theme === "dark");
    }
  };
  const turnTheme = () => {
    const theme = page.body.classList.contains("dark") ? "light" : "dark";
    page.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    dress();
  };

  // ---- sources
  let opener = null;
  const show = (id, from) => {
    const card = page.getElementById(id);
    if (!card) return;
    opener = from;
    all("#sources .turn").forEach((turn) => (turn.hidden = turn !== card.closest(".turn")));
    all("#sources .src.on").forEach((other) => other.classList.remove("on"));
    card.classList.add("on");
    page.body.classList.add("sheet");
    const panel = find("#sources");
    void panel.offsetWidth; // the sheet must be visible before it can take the focus
    const above = find(".sp-head", panel).offsetHeight + 8;
    const top = card.getBoundingClientRect().top - panel.getBoundingClientRect().top + panel.scrollTop - above;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    panel.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
    count();
  };
  const openSheet = (button) => {
    opener = button;
    page.body.classList.add("sheet");
    find("#sources .x")?.focus();
  };
  const closeSheet = () => {
    if (!page.body.classList.contains("sheet")) return;
    page.body.classList.remove("sheet");
    if (opener?.isConnected) opener.focus();
  };
  const hover = (event) => {
    const link = near(event, CITATION);
    const card = link && page.getElementById(link.getAttribute("href").slice(1));
    card?.classList.toggle("hover", event.type === "mouseover");
  };

  // ---- copying: Gradio would copy the escaped Markdown
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = Object.assign(page.createElement("textarea"), { value: text });
      page.body.append(area);
      area.select();
      page.execCommand("copy");
      area.remove();
    }
  };
  const copyQuotation = (button) => {
    const label = button.textContent;
    copy(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 1500);
  };
  const copyMessage = (button) => {
    const row = button.closest(".message-buttons").previousElementSibling;
    const link = row && find(CITATION, row);
    const turn = link && page.getElementById(link.getAttribute("href").slice(1).split("-")[0]);
    const parts = row ? all(MESSAGE, row).map((message) => message.innerText.trim()) : [];
    copy(turn ? turn.dataset.answer : parts.at(-1) || "");
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 1500);
  };

  // ---- the reader's actions
  const ACTIONS = {
    theme: turnTheme,
    open: openSheet,
    close: closeSheet,
    back: closeSheet,
    copy: copyQuotation,
    new: () => {
      closeSheet();
      find("#new-chat")?.click();
      find("#ask textarea")?.focus();
    },
  };
  const clicked = (event) => {
    if (event.target === page.body) return closeSheet();
    const link = near(event, CITATION);
    const skip = near(event, "a.skip");
    const action = near(event, "[data-act]");
    const copying = near(event, "#chat .message-buttons button:first-of-type") // "copy" is the first;
    if (link) {
      event.preventDefault();
      event.stopPropagation();
      show(link.getAttribute("href").slice(1), link);
    } else if (skip) {
      event.preventDefault();
      find("#ask textarea")?.focus();
    } else if (action) {
      ACTIONS[action.dataset.act]?.(action);
    } else if (copying) {
      event.stopImmediatePropagation();
      copyMessage(copying);
    }
  };
  const pressed = (event) => {
    if (event.key === "Escape") closeSheet();
    if (event.key === "/" && !/^(TEXTAREA|INPUT|SELECT)$/.test(page.activeElement.tagName)) {
      event.preventDefault();
      find("#ask textarea")?.focus();
    }
  };

  page.addEventListener("click", clicked, true);
  page.addEventListener("keydown", pressed);
  page.addEventListener("mouseover", hover);
  page.addEventListener("mouseout", hover);
  page.addEventListener("input", (event) => event.target.matches?.("#ask textarea") && follow(event.target));
  const filter = ["dir", "aria-label", "hidden"];
  new MutationObserver(later).observe(page.body, { childList: true, subtree: true, attributes: true, attributeFilter: filter });
  new MutationObserver(dress).observe(page.body, { attributes: true, attributeFilter: ["class"] });
  dress();
  repair();
})();
