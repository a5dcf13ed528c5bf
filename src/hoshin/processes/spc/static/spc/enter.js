// Ctrl+Enter in the values records them; the page works without.
document.querySelector("[data-enter]")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});
