// Light or dark: applied before the page paints, so that it never flashes the other way.
(() => {
  "use strict";
  const KEY = "hoshin:theme";
  const root = document.documentElement;
  const apply = (theme) => { if (theme === "light" || theme === "dark") root.dataset.theme = theme; };
  let kept = null;
  try { kept = localStorage.getItem(KEY); } catch { /* storage may be forbidden; the system's choice then holds */ }
  apply(kept);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const theme = dark ? "light" : "dark";
    apply(theme);
    try { localStorage.setItem(KEY, theme); } catch { /* the choice then lasts for this page */ }
  });
})();
