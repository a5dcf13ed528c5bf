// The worksheet by keyboard: Enter and arrows walk the runs, Ctrl+Enter records, a pasted column fills downwards.
const sheet = document.querySelector("[data-worksheet]");
const cells = sheet ? [...sheet.querySelectorAll("[data-reading]")] : [];

const go = (place) => {
  cells[place]?.focus();
  cells[place]?.select();
};

sheet?.addEventListener("keydown", (event) => {
  const place = cells.indexOf(event.target);
  if (place < 0) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    sheet.requestSubmit();
  } else if (event.key === "Enter" && place < cells.length - 1) {
    event.preventDefault();
    go(place + 1);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    go(place + (event.key === "ArrowDown" ? 1 : -1));
  }
});

sheet?.addEventListener("paste", (event) => {
  const place = cells.indexOf(event.target);
  const lines = event.clipboardData.getData("text").trim().split(/\r?\n|\t/);
  if (place < 0 || lines.length < 2) return;
  event.preventDefault();
  lines.slice(0, cells.length - place).forEach((text, step) => { cells[place + step].value = text.trim(); });
  go(Math.min(place + lines.length, cells.length - 1));
});

if (!document.querySelector("[role=alert]")) go(Math.max(0, cells.findIndex((cell) => !cell.value)));
