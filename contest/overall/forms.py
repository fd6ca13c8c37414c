"""The rule of a table as boxes, and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from litestar.datastructures import FormMultiDict
from pydantic import BeforeValidator, Field

from contest.core.canonical import plain_decimal
from contest.core.series_rules import SeriesRule
from contest.errors import InvalidError
from contest.web.forms import Form

TIES = 4
"""How many steps of the tie chain the form offers."""
_TABLE = re.compile(r"[\s,，、;；/]+")
_PLACE = re.compile(r"(sources|award_points|ties)(?:\[([0-9]+)\])?")


def _number(text: str) -> str:
    """A number as people type it: full-width digits and 。 are what a Chinese keyboard gives."""
    return unicodedata.normalize("NFKC", text).replace("。", ".").strip()


Whole = Annotated[int, BeforeValidator(lambda value: _number(value) if isinstance(value, str) else value)]


class TableForm(Form):
    """What is typed about a table. The events come as boxes `event`, with `weight|<id>`, `award|<id>`, `tie|<n>`."""

    title: str = Field(max_length=200)
    title_en: str = Field(default="", max_length=200)
    of: str = "unit"
    by: str = "total"
    table: str = Field(default="", max_length=2000)
    rest: str = "0"
    tied_points: str = "each"
    members: Whole | None = None
    min_members: Whole = 1
    combine: str = "sum"
    best: Whole | None = None
    min_items: Whole = 1
    places: Whole | None = None
    ranking: str = "standard"
    event: list[str] = Field(default_factory=list)
    reason: str = Field(default="", max_length=500)
    seen: int = 0

    def to_document(self, boxes: Mapping[str, str]) -> dict[str, object]:
        """The document, with only those fields that the way of counting uses."""
        found: dict[str, object] = {
            "title": self.title, "of": self.of, "by": self.by, "combine": self.combine, "min_items": self.min_items,
            "ranking": self.ranking,
            "sources": [{"id": id_, "weight": _number(boxes.get(f"weight|{id_}", "")) or "1"} for id_ in self.event],
            "ties": [_tie(boxes.get(f"tie|{n}", "")) for n in range(TIES) if boxes.get(f"tie|{n}", "")],
        }  # fmt: skip
        if self.of == "unit":
            found |= {"members": self.members, "min_members": self.min_members}
        if self.by == "rank":
            table = [part for part in _TABLE.split(_number(self.table)) if part]
            found |= {"table": table, "rest": _number(self.rest), "tied_points": self.tied_points}
        if self.by == "award":
            names = [key[6:] for key, text in boxes.items() if key.startswith("award|") and text.strip()]
            points = [{"award": name, "points": _number(boxes[f"award|{name}"])} for name in names]
            found |= {"award_points": points, "rest": _number(self.rest)}
        if self.best is not None:
            found["best"] = self.best
        if self.places is not None:
            found["rounding"] = {"places": self.places, "mode": "half_up"}
        return {key: value for key, value in found.items() if value is not None}


def _tie(text: str) -> dict[str, str]:
    """`measure|minutes|asc` -> a step; a text that no option has is refused by the core."""
    by, ref, direction = [*text.split("|"), "", "", ""][:3]
    return {"by": by, "ref": ref, "direction": direction or "desc"}


def at_boxes(error: InvalidError, document: Mapping[str, Any]) -> InvalidError:
    """The same error with each message at the box that must be mended."""
    return InvalidError(error.message, fields={_box(path, document): told for path, told in error.fields.items()})


def _box(path: str, document: Mapping[str, Any]) -> str:
    found = _PLACE.match(path)
    if found is None:
        return "places" if path.startswith("rounding") else path
    name, index = found[1], found[2]
    if index is None:
        return {"sources": "event", "award_points": "awards", "ties": "tie|0"}[name]
    if name == "ties":
        return f"tie|{index}"
    item = document[name][int(index)]
    return f"weight|{item['id']}" if name == "sources" else f"award|{item['award']}"


def boxes_of(rule: SeriesRule, title_en: str) -> tuple[dict[str, str], list[str]]:
    """The boxes that a rule fills, and its events."""
    found: dict[str, Any] = {
        "title": rule.title, "title_en": title_en, "of": rule.of, "by": rule.by,
        "table": " ".join(map(plain_decimal, rule.table)), "rest": plain_decimal(rule.rest),
        "tied_points": rule.tied_points, "members": rule.members, "min_members": rule.min_members,
        "combine": rule.combine, "best": rule.best, "min_items": rule.min_items, "ranking": rule.ranking,
        "places": None if rule.rounding is None else rule.rounding.places,
    }  # fmt: skip
    found |= {f"weight|{name}": plain_decimal(weight) for name, weight in rule.sources}
    found |= {f"award|{name}": plain_decimal(points) for name, points in rule.award_points}
    found |= {f"tie|{n}": tie_value(tie.by, tie.ref, tie.direction) for n, tie in enumerate(rule.ties)}
    return {key: "" if value is None else str(value) for key, value in found.items()}, [s for s, _ in rule.sources]


def tie_value(by: str, ref: str = "", direction: str = "desc") -> str:
    """A step of the tie chain as the value of an option."""
    return f"{by}|{ref}|{direction}"


PRESETS: Mapping[str, Mapping[str, str]] = {
    "team": {"of": "unit", "by": "total", "members": "3", "min_members": "1"},
    "allround": {"of": "person", "by": "total", "min_items": "2"},
    "series": {"of": "person", "by": "rank", "table": "10 8 6 5 4 3 2 1"},
}
"""Three beginnings; which events and how many members count is the organizer's to say."""


def chosen_events(form: FormMultiDict) -> Sequence[str]:
    """The ticked events, so that a page with errors loses none."""
    return [str(value) for value in form.getall("event", [])]
