// Choosing rows: all of a page at once, and the number of chosen rows in the bulk bar.
const show = () => {
  for (const box of document.querySelectorAll("[data-pick-all][hidden]")) box.hidden = false;
};

const count = () => {
  const chosen = document.querySelectorAll("input.pick:not([data-pick-all]):checked").length;
  for (const text of document.querySelectorAll("[data-bulk-text]")) {
    text.dataset.bulkNone ??= text.textContent;
    text.textContent = chosen
      ? text.dataset.bulkMany.replace("%(num)s", String(chosen))
      : text.dataset.bulkNone;
  }
};

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("input.pick")) return;
  if (event.target.matches("[data-pick-all]")) {
    const rows = event.target.closest("table").querySelectorAll("tbody input.pick");
    for (const box of rows) box.checked = event.target.checked;
  }
  count();
});

document.addEventListener("htmx:after:swap", () => { show(); count(); });
show();
