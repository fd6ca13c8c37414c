"""What the score sheet's page and its script are drawn from: plain values, exact numbers as texts."""

from __future__ import annotations

import json
from typing import Any

from contest.core.canonical import plain_decimal
from contest.core.marks import MISSING, NOT_PERFORMED, SCORED, format_units
from contest.core.ruleset import Aspect
from contest.i18n import gettext
from contest.judging.models import MarkRow, Operation
from contest.judging.sheet_queries import SheetView
from contest.judging.sheets import Item

YES_NO = (("1", "是，做到"), ("0", "否，没有做到"))


def item_key(aspect: str, repetition: int) -> str:
    return f"{aspect}.{repetition}"


def box(item: Item, mark: MarkRow | None) -> dict[str, Any]:
    """One line of the sheet: what is asked, its bounds, and the mark as it stands."""
    aspect = item.aspect
    low, high = aspect.mark_bounds()
    return {
        "key": item_key(aspect.id, item.repetition),
        "aspect": aspect.id,
        "repetition": item.repetition,
        "code": aspect.id if aspect.repetitions == 1 else f"{aspect.id}-{item.repetition}",
        "title": aspect.title or aspect.id,
        "ask": aspect.note,
        "group": item.group,
        "kind": aspect.kind,
        "decimals": aspect.decimals,
        "min": "" if low is None else plain_decimal(low),
        "max": "" if high is None else plain_decimal(high),
        "step": "" if aspect.step is None else plain_decimal(aspect.step),
        "unit": aspect.measure.unit if aspect.measure else "",
        "levels": levels_of(aspect),
        "required": item.is_required,
        "shown": shown(aspect, mark),
    }


def levels_of(aspect: Aspect) -> list[list[str]]:
    """The buttons of an aspect that is chosen, not typed."""
    if aspect.kind == "boolean":
        return [[value, gettext(text)] for value, text in YES_NO]
    if aspect.levels:
        return [list(level) for level in aspect.levels]
    return [[str(n), ""] for n in range(4)] if aspect.kind == "judgement" else []


def shown(aspect: Aspect, mark: MarkRow | None) -> str | None:
    """The mark as a person reads it; None: there is none."""
    if mark is None or mark.state == MISSING:
        return None
    if mark.state == NOT_PERFORMED:
        return gettext("未完成")
    if aspect.kind == "boolean":
        return gettext("是") if mark.units else gettext("否")
    return format_units(mark.units or 0, aspect.decimals)


def sheet_data(view: SheetView, *, rules: str) -> dict[str, Any]:
    """Everything the sheet's script needs; codes only, no names (they would stay on the tablet)."""
    return {
        "event": view.place.event.id,
        "stage": view.place.stage.key,
        "period": view.place.period.key,
        "entry": view.entry.code,
        "rules": rules,
        "open": view.place.period.state == "open",
        "items": [box(item, view.marks.get(item.place)) for item in view.items],
        "marks": {item_key(*place): _mark(row) for place, row in view.marks.items() if row.state != MISSING},
        "conflicts": [_conflict(op) for op in view.conflicts],
        "revisions": {item_key(*place): row.revision for place, row in view.marks.items()},
    }


def _conflict(op: Operation) -> dict[str, Any]:
    """A mark of an earlier visit that found a newer one: both are shown until somebody decides."""
    body = json.loads(op.body)
    key = item_key(str(body.get("aspect")), int(body.get("repetition", 1)))
    return {"op_id": op.op_id, "key": key, "value": body.get("value"), "state": body.get("state", SCORED)}


def _mark(row: MarkRow) -> dict[str, Any]:
    return {
        "value": row.units,
        "state": row.state,
        "reason": row.reason,
        "revision": row.revision,
        "time": row.client_time,
    }
