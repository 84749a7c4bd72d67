// Light and dark: the system's until the reader chooses; the choice is a cookie, which the article pages read too.
import { page } from "./dom.js";

let now = ""; // where cookies are refused the choice lasts as long as the page
const chosen = () => now || (page.cookie.match(/(?:^|; )theme=(dark|light)/) || [])[1];

export const dress = () => {
  const theme = chosen();
  if (theme && page.body.classList.contains("dark") !== (theme === "dark")) {
    page.body.classList.toggle("dark", theme === "dark");
  }
};

export const turnTheme = () => {
  const theme = page.body.classList.contains("dark") ? "light" : "dark";
  now = theme;
  page.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax`;
  dress();
};
