"""What templates are made of: the parts of a document, and where its numbers come from."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contest.competitions.parts import Document
from contest.i18n import N_

TWO_PLACES = {"places": 2, "mode": "half_up"}
TRIMMED = {"name": "trimmed_mean", "drop_high": 1, "drop_low": 1, "rounding": TWO_PLACES}
PROPOSED = N_("没有标明出处的分值、裁判人数和奖项比例是建议值，请按本次竞赛的文件修改。")


@dataclass(frozen=True, slots=True)
class Source:
    """Where numbers of a template come from: what was taken (a msgid) and the document it stands in, by its name."""

    taken: str
    name: str


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """A template: its key in addresses, title and description (msgids), and the function that builds it.

    `sources` say which numbers were published where; `proposals` (msgids) which ones are ours.
    """

    key: str
    title: str
    summary: str
    build: Callable[[], Document]
    family: str = "merit"
    sources: tuple[Source, ...] = ()
    proposals: tuple[str, ...] = (PROPOSED,)

    def fresh(self) -> Document:
        """A document of its own: builders share constants among them."""
        return copy.deepcopy(self.build())


def aspect(name: str, title: str, top: int, **more: Any) -> Document:
    """An aspect that judges mark with one decimal, unless `more` says otherwise."""
    return {"id": name, "title": title, "kind": "judged", "max": str(top), "decimals": 1, **more}


def checked(name: str, title: str, top: int, **more: Any) -> Document:
    """An aspect whose value a clerk types from a document."""
    return aspect(name, title, top, **{"kind": "measured", "sheet": "clerk", **more})


def completed(name: str, title: str, top: int) -> Document:
    """A completion rate in %: nothing below 70, pro rata up to +20 % [S24]."""
    return checked(
        name, title, top, decimals=2, measure={"min": "0", "max": "300", "unit": "%"},
        conversion={"name": "completion", "full": str(top), "floor": "70", "over_cap_pct": "20"},
    )  # fmt: skip


def criterion(name: str, title: str, *parts: Document, **more: Any) -> Document:
    return {"id": name, "title": title, **more, "children": list(parts)}


def single(name: str, title: str, top: int, what: str, **more: Any) -> Document:
    """A criterion with one aspect."""
    return criterion(name, title, aspect(f"{name}1", what, top, **more))


def stage(name: str, title: str, rubric: list[Document], **more: Any) -> Document:
    return {"id": name, "title": title, **more, "rubric": rubric}


def prizes(first: str = "10", second: str = "20", third: str = "30") -> list[Document]:
    """First, second and third prizes as shares of the entrants: 10, 20 and 30 % [S12]."""
    tiers = (("first", "一等奖", first), ("second", "二等奖", second), ("third", "三等奖", third))
    return [{"id": name, "title": title, "by": "share", "percent": percent} for name, title, percent in tiers]


def by_criterion(*names: str) -> list[Document]:
    """A tie chain of criteria."""
    return [{"by": "criterion", "ref": name} for name in names]


def periods(count: int, title: str, *, group: str = "", size: int = 3) -> list[Document]:
    """Numbered periods; with `group` each belongs to the group of its `size` neighbours (three months a quarter)."""
    found = [{"id": str(n), "title": title % n} for n in range(1, count + 1)]
    if group:
        for n, period in enumerate(found):
            period["group"] = f"{group}{n // size + 1}"
    return found


VETOES = [
    {"id": "safety", "title": "重大安全事故"},
    {"id": "quality", "title": "重大质量事故"},
    {"id": "integrity", "title": "违纪违法案件"},
]


def merit_rules(stages: list[Document], ties: list[Document], **more: Any) -> Document:
    """What merit contests share: projects, open names, vetoes, a live board."""
    return {
        "schema": 1, "title": "", "entry_kind": "project", "rounding": TWO_PLACES, "stages": stages, "ties": ties,
        "vetoes": [dict(veto) for veto in VETOES], "awards": prizes(), "blind": False,
        "board": {"live": True, "hide_marks": False}, **more,
    }  # fmt: skip
