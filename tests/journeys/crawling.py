"""Walks every link of the own site that a person can reach, about one page per kind of page."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page

FILES = re.compile(r"(template|/file|/export|/pdf|\.(pdf|zip|xlsx|csv|json|pyz)|/workbook|/report|/output)(\?|$)")
OWN_KEY = re.compile(r"/[0-9a-hj-np-tv-z]{16}(?=/|$)")
CODE = re.compile(r"/(\d{2,6}[A-Z]|K\d{2,5})(?=/|$)")
NUMBER = re.compile(r"(/verify)/[^/]+$|(?<=/)\d+(?=/|$)")


def kind_of(path: str) -> str:
    """The page's kind: its path without ids, codes, numbers and question: /events/*/draw."""
    bare = OWN_KEY.sub("/*", path.split("?", maxsplit=1)[0])
    return NUMBER.sub(r"\1/*", CODE.sub("/*", bare))


@dataclass
class Walk:
    """What one person came across."""

    visited: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def blame(self, path: str, what: str) -> None:
        self.faults.append(f"{path}: {what}")


Look = Callable[[Page, str], list[str]]
"""Looks at an open page of one kind; returns what is wrong with it."""


def walk(page: Page, starts: list[str], look: Look) -> Walk:
    """Follows links breadth first from `starts`, one page of each kind; files are only asked for."""
    found = Walk()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    queue = deque(starts)
    while queue:
        path = queue.popleft()
        kind = kind_of(path)
        if kind in found.visited:
            continue
        found.visited[kind] = path
        if FILES.search(path):
            status = page.request.get(path).status
        else:
            errors.clear()
            answer = page.goto(path)
            status = answer.status if answer else 0
            queue.extend(_links(page))
            for fault in [*look(page, kind), *errors]:
                found.blame(path, fault)
        if status != 200:
            found.blame(path, f"status {status}")
    return found


def _links(page: Page) -> list[str]:
    """Paths of the page's own-site links, forms left out: a crawl changes nothing."""
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    origin = page.evaluate("location.origin")
    return [href.removeprefix(origin).split("#")[0] or "/" for href in hrefs if href.startswith(origin)]
