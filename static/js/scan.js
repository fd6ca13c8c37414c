// Scanning a ticket with the tablet's camera, where the browser can read QR codes. Without it the number is typed.
const box = document.querySelector("[data-scan]");
const LOOK_MS = 250;

async function canScan() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  return formats.includes("qr_code");
}

/** The path of a ticket of this very site, or null: a foreign code leads nowhere. */
export function ticketPath(text) {
  try {
    const address = new URL(text, location.origin);
    return /^\/check-in\/[0-9a-z]{16}-[\w-]{22}$/.test(address.pathname) ? address.pathname : null;
  } catch {
    return null;
  }
}

async function start() {
  const view = box.querySelector("[data-scan-view]");
  const stop = box.querySelector("[data-scan-stop]");
  const text = box.querySelector("[data-scan-text]");
  try {
    view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    await view.play();
  } catch {
    text.textContent = box.dataset.failed;
    return;
  }
  view.hidden = stop.hidden = false;
  text.textContent = "";
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const timer = setInterval(async () => {
    const codes = await detector.detect(view).catch(() => []);
    const path = codes.map((code) => ticketPath(code.rawValue)).find(Boolean);
    if (path) {
      end();
      location.assign(path);
    }
  }, LOOK_MS);
  const end = () => {
    clearInterval(timer);
    for (const track of view.srcObject?.getTracks() ?? []) track.stop();
    view.hidden = stop.hidden = true;
  };
  stop.addEventListener("click", end, { once: true });
}

if (box && (await canScan())) {
  box.hidden = false;
  box.querySelector("[data-scan-start]").addEventListener("click", start);
}
