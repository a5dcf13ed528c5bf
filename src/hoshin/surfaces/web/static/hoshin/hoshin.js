// Small conveniences over pages that work without them; each hangs on a data- attribute (docs/design-language.md).
(() => {
  "use strict";
  const on = (name, selector, act, capture = false) =>
    document.addEventListener(name, (event) => {
      const element = event.target instanceof Element && event.target.closest(selector);
      if (element) act(element, event);
    }, capture);

  // ---------- questions, dialogs, messages ----------
  on("click", "[data-confirm]", (element, event) => {
    if (!window.confirm(element.dataset.confirm)) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);
  on("click", "[data-dialog]", (element, event) => {
    const dialog = document.getElementById(element.dataset.dialog);
    if (!dialog?.showModal) return;
    event.preventDefault();
    dialog.showModal();
  });
  on("click", "[data-close]", (element) => element.closest("dialog")?.close());
  on("click", "[data-dismiss]", (element) => element.closest(".message")?.remove());
  on("change", "[data-submit-on='change']", (element) => element.closest("form")?.requestSubmit());
  on("click", "[data-copy]", async (element) => {
    try { await navigator.clipboard.writeText(element.dataset.copy); } catch { return; }
    const before = element.textContent;
    element.textContent = element.dataset.copied || "Copied";
    setTimeout(() => { element.textContent = before; }, 1500);
  });

  // ---------- keys ----------
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && typing?.dataset.shortcut) typing.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const wanted = [...document.querySelectorAll("[data-shortcut]")].find((e) => e.dataset.shortcut === event.key);
    if (wanted) { event.preventDefault(); wanted.matches("a, button") ? wanted.click() : wanted.focus(); }
  });

  // ---------- lines of a part ----------
  const renumber = (box) => box.querySelectorAll(":scope > [data-line]").forEach((line, n) => {
    const position = line.querySelector(".position");
    if (position) position.textContent = n + 1;
  });
  const template = (name) => {
    const box = document.querySelector(`[data-lines="${CSS.escape(name)}"]`);
    const here = box?.querySelector("[data-line-template]") ?? box?.parentElement.querySelector("[data-line-template]");
    return [box, here];
  };
  on("click", "[data-add-line]", (element) => {
    const [box, blank] = template(element.dataset.addLine);
    if (!box || !blank) return;
    const used = [...box.querySelectorAll("[data-line]")].map((line) => Number(line.dataset.line) || 0);
    const n = Number(box.dataset.next ?? Math.max(used.length, ...used.map((k) => k + 1), 0));
    box.dataset.next = n + 1;
    const shell = document.createElement("template");
    shell.innerHTML = blank.innerHTML.replaceAll("__n__", String(n));
    const line = shell.content.firstElementChild;
    line.dataset.line = n;
    box.append(line);
    const total = box.querySelector("[data-line-count]");
    if (total) total.value = n + 1;
    renumber(box);
    line.querySelector("input, select, textarea")?.focus();
  });
  on("click", "[data-remove-line]", (element) => {
    const line = element.closest("[data-line]");
    const box = line?.closest("[data-lines]");
    if (!box) return;
    const flag = line.querySelector("[data-delete-flag]");
    if (flag) { flag.value = "on"; flag.checked = true; line.hidden = true; } else { line.remove(); }
    renumber(box);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // ---------- drafts: first in the browser, then at the server ----------
  const SECRET = /token|password|csrf|signature/i;
  const values = (form) => Object.fromEntries([...new FormData(form).keys()].filter((k) => !SECRET.test(k))
    .map((key) => [key, new FormData(form).getAll(key).filter((v) => typeof v === "string")]));
  const drafted = (form) => {
    const key = `hoshin:draft:${form.dataset.draft}`;
    const note = form.querySelector("[data-draft-note]");
    const say = (words) => { if (note) note.textContent = words; };
    let last = JSON.stringify(values(form)), dirty = false;
    try {
      const kept = JSON.parse(localStorage.getItem(key) ?? "null");
      if (kept && form.dataset.draftRestore !== "no") restore(form, kept.values, say);
    } catch { localStorage.removeItem(key); }
    const save = async () => {
      const now = JSON.stringify(values(form));
      if (!dirty && now === last) return;
      try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: JSON.parse(now) })); } catch { /* full or forbidden */ }
      dirty = true; last = now;
      if (!form.dataset.draftUrl) { dirty = false; return say("Draft kept in this browser"); }
      try {
        const token = form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
        const answer = await fetch(form.dataset.draftUrl, { method: "POST", credentials: "same-origin", body: now,
          headers: { "Content-Type": "application/json", "X-CSRFToken": token, "X-Draft": form.dataset.draft } });
        if (!answer.ok) throw new Error(String(answer.status));
        dirty = JSON.stringify(values(form)) !== now;
        say(`Draft saved ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`);
      } catch { say("No connection; draft kept in this browser"); }
    };
    setInterval(save, 5000);
    addEventListener("pagehide", save);
    addEventListener("online", save);
    form.addEventListener("submit", () => { sessionStorage.setItem("hoshin:submitted", key); });
  };
  const restore = (form, kept, say) => {
    const blank = [...form.elements].every((e) => !e.name || SECRET.test(e.name) || e.type === "hidden" || e.type === "submit" || e.value === (e.defaultValue ?? e.value));
    if (!blank) return;
    let restored = 0;
    for (const [name, list] of Object.entries(kept)) {
      const fields = [...form.elements].filter((e) => e.name === name && e.type !== "hidden" && e.type !== "file");
      fields.forEach((field, n) => {
        if (field.type === "checkbox" || field.type === "radio") field.checked = list.includes(field.value);
        else if (list[n] !== undefined && field.value !== list[n]) { field.value = list[n]; restored += 1; }
      });
    }
    if (restored) say("Your draft was restored");
  };
  const settle = () => {
    // A form that went through leads to a page without it; only then is its draft forgotten.
    const key = sessionStorage.getItem("hoshin:submitted");
    if (!key) return;
    sessionStorage.removeItem("hoshin:submitted");
    const again = [...document.querySelectorAll("form[data-draft]")].some((f) => `hoshin:draft:${f.dataset.draft}` === key);
    if (!again && !document.querySelector(".error-page")) localStorage.removeItem(key);
  };
  try { settle(); document.querySelectorAll("form[data-draft]").forEach(drafted); } catch { /* without storage there are no drafts */ }
  document.querySelector("[data-focus]")?.focus();
})();
