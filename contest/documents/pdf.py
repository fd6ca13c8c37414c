"""HTML to PDF through a small pool of limited child processes, started when the first document is asked for."""

import atexit
import queue
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from contest.documents.fonts import installed_families, missing_glyphs
from contest.documents.problems import Trouble
from contest.documents.refusals import PdfFailed, told_as
from contest.documents.sandbox import MIB, Limits, Worker, WorkerFailed

RENDERER = "contest.documents.pdf_renderer:render"
PDF_LIMITS = Limits(memory=2048 * MIB, written=64 * MIB)
PDF_SECONDS = 20
DOCUMENTS_PER_WORKER = 200
"""A worker is replaced after so many documents: font caches grow, and a fresh process has nobody else's data.
"""


@dataclass(frozen=True)
class Pdf:
    """A finished document.

    ``refused`` lists addresses the HTML asked for and was not given; ours should have none.
    """

    content: bytes
    pages: int
    refused: tuple[str, ...]


class Renderer:
    """A pool of workers for several threads. ``close`` ends them; the module's own pool closes at exit."""

    def __init__(self, workers: int = 1, *, limits: Limits = PDF_LIMITS, seconds: int = PDF_SECONDS) -> None:
        """Prepare ``workers`` places; no process is started yet."""
        self._limits, self._seconds = limits, seconds
        self._places: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        self._workers = workers
        for _ in range(workers):
            self._places.put(None)

    def render(self, html: str, assets: Mapping[str, bytes] | None = None) -> Pdf:
        """Return the PDF of a whole HTML document. Waits for a free worker. Raises PdfFailed."""
        worker = self._places.get()
        try:
            with told_as(PdfFailed):
                worker = worker if worker and worker.alive else Worker(self._limits)
                return self._rendered(worker, html, dict(assets or {}))
        finally:
            self._places.put(self._kept(worker))

    def close(self) -> None:
        """End the worker processes; a later ``render`` starts new ones."""
        for _ in range(self._workers):
            with suppress(queue.Empty):
                worker = self._places.get(timeout=self._seconds)
                if worker:
                    worker.close()
                self._places.put(None)

    def _rendered(self, worker: Worker, html: str, assets: dict[str, bytes]) -> Pdf:
        blobs = [html.encode("utf-8", "replace"), *assets.values()]
        try:
            (header, parts), *_ = worker.ask(RENDERER, {"assets": list(assets)}, blobs, seconds=self._seconds)
        except WorkerFailed as failure:
            worker.close()  # whatever went wrong, the next document starts clean
            raise Trouble("unmade" if failure.code == "unreadable" else failure.code, failure.params) from failure
        refused = header["refused"]
        assert isinstance(refused, list)
        return Pdf(parts[0], int(str(header["pages"])), tuple(map(str, refused)))

    @staticmethod
    def _kept(worker: Worker | None) -> Worker | None:
        if worker and worker.alive and worker.calls < DOCUMENTS_PER_WORKER:
            return worker
        if worker:
            worker.close()
        return None


_renderer = Renderer()
atexit.register(_renderer.close)


def html_to_pdf(html: str, assets: Mapping[str, bytes] | None = None) -> bytes:
    """Return the PDF of ``html``; ``<img src="asset:name">`` and the like find ``assets[name]``, nothing else
    is found.

    Up to 20 seconds: call it from a job or a thread, not from the event loop. Raises PdfFailed.
    """
    return _renderer.render(html, assets).content


def render_pdf(html: str, assets: Mapping[str, bytes] | None = None) -> Pdf:
    """As ``html_to_pdf``, with the number of pages and the refused addresses."""
    return _renderer.render(html, assets)


def require_glyphs(text: str, stacks: tuple[str, ...] = ("serif", "sans", "kai")) -> None:
    """Raise PdfFailed "missing_glyphs" if a character would print as a box or as nothing; call it before
    issuing.
    """
    if not installed_families():
        raise PdfFailed("no_fonts")
    if missing := missing_glyphs(text, stacks):
        shown = "、".join(f"{character}（U+{ord(character):04X}）" for character in missing[:20])
        raise PdfFailed("missing_glyphs", {"characters": shown})
