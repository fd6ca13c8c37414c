"""A server that a test stops and starts again, and rules with a stage long enough for two hundred marks."""

from __future__ import annotations

from contextlib import ExitStack
from copy import deepcopy
from pathlib import Path
from typing import Any

from tests.browsing import serving
from tests.judging.scenery import RULES

LEVELS = 40


def long_rules() -> dict[str, Any]:
    """The usual aspects, and a stage of forty judged ones: five sheets of it are two hundred marks."""
    rules = deepcopy(RULES)
    rules["stages"][0]["rubric"][0]["children"] += [
        {"id": f"L{n}", "title": f"工序 {n}", "kind": "judgement", "max": "1", "required": False}
        for n in range(1, LEVELS + 1)
    ]
    return rules


class Site:
    """One server for all tests of this file, which some of them stop and start again at its address."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.stack, self.address = folder, ExitStack(), ""
        self.database_url = f"sqlite:///{folder / 'contest.db'}"
        self.start()

    def start(self) -> None:
        served = self.stack.enter_context(serving(self.folder, self.database_url, self.address))
        self.address = served.address

    def stop(self) -> None:
        self.stack.close()
