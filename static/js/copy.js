// Buttons that copy a code or an address. They stay hidden where the browser can't copy.
const show = () => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("is-copied");
  const before = button.textContent;
  button.textContent = `${before} ✓`;
  setTimeout(() => { button.textContent = before; }, 1500);
});

document.addEventListener("htmx:after:swap", show);
show();
