// A confirm page that htmx has put into the layout's dialog opens as one; without script it is a page.
const dialog = document.getElementById("dialog");

document.addEventListener("htmx:after:swap", () => {
  if (!dialog || dialog.open || !dialog.querySelector(".confirm")) return;
  const heading = dialog.querySelector("h1, h2");
  dialog.setAttribute("aria-label", heading?.textContent ?? "");
  dialog.showModal();
});

dialog?.addEventListener("click", (event) => {
  if (!event.target.closest("[data-dialog-close]") && event.target !== dialog) return;
  event.preventDefault();
  dialog.close();
});

dialog?.addEventListener("close", () => dialog.replaceChildren());
