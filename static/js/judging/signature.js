// Signing with a finger or a pen: the strokes become an SVG path in a hidden box (numbers only, no picture file, no
// metadata). Optional: without script, or without a stroke, the PIN alone signs.
const WIDTH = 1000, HEIGHT = 300, LONGEST = 8000, STEP = 6;

for (const box of document.querySelectorAll("[data-signature]")) start(box);

function start(box) {
  const canvas = box.querySelector("canvas"), kept = box.querySelector("input[type=hidden]");
  const pen = canvas.getContext("2d");
  let last = null, path = "";
  box.hidden = false;
  canvas.width = WIDTH;
  canvas.height = HEIGHT;

  const place = (event) => {
    const edge = canvas.getBoundingClientRect();
    const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
    return [within((event.clientX - edge.left) / edge.width * WIDTH, WIDTH), within((event.clientY - edge.top) / edge.height * HEIGHT, HEIGHT)];
  };
  const add = (letter, [x, y]) => {
    const next = `${letter}${x} ${y}`;
    if (path.length + next.length > LONGEST) return;
    path += next;
    kept.value = path;
    last = [x, y];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    add("M", place(event));
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last || event.buttons === 0) return;
    const now = place(event);
    if (Math.hypot(now[0] - last[0], now[1] - last[1]) < STEP) return;
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.lineWidth = 6;
    pen.lineCap = "round";
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...now);
    pen.stroke();
    add("L", now);
  });
  canvas.addEventListener("pointerup", () => { last = null; });
  box.querySelector("button").addEventListener("click", () => {
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    path = kept.value = "";
    last = null;
  });
}
