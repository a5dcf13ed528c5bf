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
  const blankLine = (name) => {
    const [box, blank] = template(name);
    if (!box || !blank) return [];
    const used = [...box.querySelectorAll("[data-line]")].map((line) => Number(line.dataset.line) || 0);
    const n = Number(box.dataset.next ?? Math.max(used.length, ...used.map((k) => k + 1), 0));
    box.dataset.next = n + 1;
    const shell = document.createElement("template");
    shell.innerHTML = blank.innerHTML.replaceAll("__n__", String(n));
    const line = shell.content.firstElementChild;
    line.dataset.line = n;
    return [box, line];
  };
  const settled = (box, line) => {
    const total = box.querySelector("[data-line-count]");
    if (total) total.value = Number(box.dataset.next);
    renumber(box);
    window.htmx?.process(line);
    line.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  };
  on("click", "[data-add-line]", (element, event) => {
    const [box, line] = blankLine(element.dataset.addLine);
    if (!line) return;
    event.preventDefault();
    box.append(line);
    settled(box, line);
  });
  const deep = (line) => Number(line?.querySelector("[data-line-depth]")?.value ?? 0);
  const deepen = (line, depth) => {
    const held = line.querySelector("[data-line-depth]");
    if (!held) return;
    held.value = depth;
    if (depth) line.dataset.depth = depth; else delete line.dataset.depth;
  };
  const beside = (line, way) => {
    let other = line[way];
    while (other && (!other.matches("[data-line]") || other.hidden)) other = other[way];
    return other;
  };
  on("click", "[data-move-line]", (element, event) => {
    const line = element.closest("[data-line]");
    const box = line?.closest("[data-lines]");
    if (!box) return;
    event.preventDefault();
    const before = beside(line, "previousElementSibling"), after = beside(line, "nextElementSibling");
    const where = element.dataset.moveLine;
    if (where === "up" && before) before.before(line);
    if (where === "down" && after) after.after(line);
    if (where === "out") deepen(line, Math.max(0, deep(line) - 1));
    if (where === "in" && before) deepen(line, Math.min(deep(line) + 1, deep(before) + 1, 12));
    if (where === "below") {
      const [, made] = blankLine(box.dataset.lines);
      line.after(made);
      deepen(made, Math.min(deep(line) + 1, 12));
      return settled(box, made);
    }
    renumber(box);
    element.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  on("click", "[data-remove-line]", (element, event) => {
    const line = element.closest("[data-line]");
    const box = line?.closest("[data-lines]");
    if (!box) return;
    event.preventDefault();
    const flag = line.querySelector("[data-delete-flag]");
    if (flag) { flag.value = "on"; flag.checked = true; line.hidden = true; } else { line.remove(); }
    renumber(box);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // ---------- files dropped on their target ----------
  ["dragover", "dragleave", "drop"].forEach((name) => on(name, "[data-drop]", (box, event) => {
    event.preventDefault();
    box.classList.toggle("over", name === "dragover");
    const input = box.querySelector("input[type=file]");
    if (name === "drop" && input && event.dataTransfer?.files.length) input.files = event.dataTransfer.files;
  }));

  // ---------- drafts: first in the browser, then at the server ----------
  const SECRET = /token|password|csrf|signature/i;
  const values = (form) => Object.fromEntries([...new FormData(form).keys()].filter((k) => !SECRET.test(k))
    .map((key) => [key, new FormData(form).getAll(key).filter((v) => typeof v === "string")]));
  const draftKey = (form) => `hoshin:draft:${form.dataset.draft}${form.dataset.draftRevision ? `@${form.dataset.draftRevision}` : ""}`;
  const drafted = (form) => {
    // An older revision's draft is not laid over a newer record; the server keeps drafts with their revision.
    const key = draftKey(form);
    const note = form.querySelector("[data-draft-note]");
    const say = (words) => { if (note) note.textContent = words; };
    let last = JSON.stringify(values(form)), dirty = false;
    try {
      const kept = JSON.parse(localStorage.getItem(key) ?? "null");
      const newer = kept && kept.at > Number(form.dataset.draftAt ?? 0) + 1000;
      if (newer && form.dataset.draftRestore !== "no") restore(form, kept.values, say);
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
  on("click", "[data-discard-draft]", (element) => {
    Object.keys(localStorage).filter((key) => key.startsWith(`hoshin:draft:${element.dataset.discardDraft}`)).forEach((key) => localStorage.removeItem(key));
  });
  const settle = () => {
    // A form that went through leads to a page without it; only then is its draft forgotten.
    const key = sessionStorage.getItem("hoshin:submitted");
    if (!key) return;
    sessionStorage.removeItem("hoshin:submitted");
    const again = [...document.querySelectorAll("form[data-draft]")].some((f) => draftKey(f) === key);
    if (!again && !document.querySelector(".error-page")) localStorage.removeItem(key);
  };
  try { settle(); document.querySelectorAll("form[data-draft]").forEach(drafted); } catch { /* without storage there are no drafts */ }
  document.querySelector("[data-focus]")?.focus();
})();
