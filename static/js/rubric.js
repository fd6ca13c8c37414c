// The rubric's lines are dragged by their grip, or moved with Alt and the arrow keys. Both only press what is there
// without script: the buttons of a line, or one form that says what goes where. The server decides what fits.
const form = document.getElementById("drag-form");
const keys = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
const marks = ["line--before", "line--after", "line--into"];
const remembered = "rubric-moved";
const edge = 48;
let drag = null;

const split = (path) => {
  const found = /^(.+)\[(\d+)\]$/.exec(path);
  return [found[1], Number(found[2])];
};

// Where a line goes when it is let go over another: before it, after it, or into a criterion.
const placeAt = (line, y) => {
  const { path, kind, count } = line.dataset;
  if (path === drag.path || path.startsWith(`${drag.path}.`)) return null;
  const box = line.getBoundingClientRect();
  const share = (y - box.top) / box.height;
  const [list, index] = split(path);
  if (kind === "criterion" && (drag.kind === "aspect" || (share > 0.3 && share < 0.7))) {
    return { mark: "line--into", to: `${path}.children`, index: Number(count) };
  }
  if (drag.kind === "aspect" && !list.endsWith(".children")) return null;
  return share < 0.5
    ? { mark: "line--before", to: list, index }
    : { mark: "line--after", to: list, index: index + 1 };
};

const clear = () => {
  for (const line of document.querySelectorAll(marks.map((name) => `.${name}`).join())) line.classList.remove(...marks);
};

const stop = () => {
  clear();
  drag?.line.classList.remove("line--dragged");
  document.documentElement.classList.remove("dragging");
  drag = null;
};

const start = (event) => {
  const grip = event.target.closest(".grip");
  if (!grip || event.button) return;
  const line = grip.closest("[data-path]");
  drag = { line, path: line.dataset.path, kind: line.dataset.kind, place: null };
  grip.setPointerCapture(event.pointerId);
  line.classList.add("line--dragged");
  document.documentElement.classList.add("dragging");
  event.preventDefault();
};

const follow = (event) => {
  if (!drag) return;
  if (event.clientY < edge) scrollBy(0, -edge / 4);
  if (event.clientY > innerHeight - edge) scrollBy(0, edge / 4);
  clear();
  const line = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-path]");
  drag.place = line ? placeAt(line, event.clientY) : null;
  if (drag.place) line.classList.add(drag.place.mark);
};

const drop = () => {
  if (!drag) return;
  const { path, place } = drag;
  stop();
  if (!place) return;
  form.elements.at.value = path;
  form.elements.to.value = place.to;
  form.elements.index.value = String(place.index);
  form.requestSubmit();
};

const press = (event) => {
  if (event.key === "Escape") stop();
  const way = keys[event.key];
  const line = event.target.closest?.("[data-path]");
  if (!event.altKey || !way || !line) return;
  event.preventDefault();
  const button = line.querySelector(`button[name="by"][value="${way}"]`);
  button?.click();
};

// After a move the page comes anew: the same button of the same line keeps the focus, so that it can be pressed again.
const remember = (event) => {
  const way = event.submitter?.name === "by" ? event.submitter.value : "";
  if (event.target.matches?.(".movers, #drag-form")) sessionStorage.setItem(remembered, way || "link");
};

const refocus = () => {
  const way = sessionStorage.getItem(remembered);
  sessionStorage.removeItem(remembered);
  const line = way && location.hash ? document.getElementById(location.hash.slice(1)) : null;
  const button = line?.querySelector(`button[name="by"][value="${way}"]`);
  (button ?? line?.querySelector("a"))?.focus({ preventScroll: true });
  line?.scrollIntoView({ block: "nearest" });
};

if (form) {
  for (const grip of document.querySelectorAll(".grip[hidden]")) grip.hidden = false;
  document.addEventListener("pointerdown", start);
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", stop);
  document.addEventListener("keydown", press);
  document.addEventListener("submit", remember);
  addEventListener("load", () => setTimeout(refocus)); // the address's #part takes the focus from everything at first
}
