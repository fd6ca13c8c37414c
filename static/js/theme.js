// The theme changes at once, without leaving a half-filled form; the server keeps the choice.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const chosen = event.submitter.value;
  document.documentElement.dataset.theme = chosen;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === chosen));
  }
  const fields = new URLSearchParams(new FormData(form));
  fields.set("theme", chosen);
  await fetch(form.action, { method: "POST", body: fields, redirect: "manual" });
});
