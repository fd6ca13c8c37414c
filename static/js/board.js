// The live board: asks for the very version that the stream announced (a cache may keep that one for ever), asks again
// when that question was lost, and says so when the connection is gone. Without this file the board still asks for its
// latest version.

const AGAIN_MS = 3000;
let askedAt = 0;
let wanted = null; // announced and not shown yet: a version, or 0 for "the latest, whichever that is"

const section = () => document.getElementById("board");

function onVersion(event) {
  const board = section();
  const version = Number(event.detail?.data);
  if (!board || !Number.isInteger(version)) return;
  if (version > 0 && version === Number(board.dataset.version)) {
    wanted = null;
    event.stopImmediatePropagation(); // nothing new: the first word of a stream repeats the present version
    return;
  }
  wanted = version;
  askedAt = Date.now();
  const address = version > 0 ? `${board.dataset.rows}/${version}` : board.dataset.rows;
  board.setAttribute("hx-get", address);
}

function onSwap() {
  if (wanted !== null && Number(section()?.dataset.version) >= wanted) wanted = null;
  setOffline(false);
}

function askAgain() {
  if (wanted !== null && !document.hidden && Date.now() - askedAt >= AGAIN_MS) htmx.trigger(document.body, "version", { data: String(wanted) });
}

function setOffline(isOffline) {
  const banner = section()?.querySelector("[data-offline]");
  if (banner) banner.hidden = !isOffline;
}

// Captured at the window, so that it runs before htmx hears of the same event.
window.addEventListener("version", onVersion, true);
document.addEventListener("htmx:after:swap", onSwap);
setInterval(askAgain, 500);
document.addEventListener("htmx:sse:error", () => setOffline(true));
// A question that failed after its answer had come another way (asked again meanwhile) says nothing.
for (const lost of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(lost, () => wanted !== null && setOffline(true));
}
document.addEventListener("htmx:sse:after:connection", () => setOffline(false));
window.addEventListener("offline", () => setOffline(true));
window.addEventListener("online", () => setOffline(false));
