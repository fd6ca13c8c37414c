"""What the score sheet's page and its script are drawn from: plain values, exact numbers as texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from contest.core.canonical import plain_decimal
from contest.core.marks import MISSING, NOT_PERFORMED, SCORED, format_units
from contest.core.rubric import Aspect, Limits
from contest.entries.detail import facts_in
from contest.i18n import gettext
from contest.judging.models import MarkRow, Operation
from contest.judging.sheet.items import Item
from contest.judging.sheet.queries import SheetView

YES_NO = (("1", "是，做到"), ("0", "否，没有做到"))


def item_key(aspect: str, repetition: int) -> str:
    return f"{aspect}.{repetition}"


def box(item: Item, mark: MarkRow | None, measures: Mapping[str, Decimal] | None = None) -> dict[str, Any]:
    """One line of the sheet: what is asked, its bounds, and the mark as it stands.

    `measures`: of the entry, where they bound its marks; None on a sheet of nobody (a preview).
    """
    aspect = item.aspect
    low, high = aspect.mark_bounds()
    start = Decimal(0) if low is None else low
    blocked = ""
    if measures is not None and aspect.limits is not None:
        band, blocked = _band(aspect.limits, measures)
        low, high = band or (low, high)
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
        "start": plain_decimal(start),
        "choices": [plain_decimal(value) for value in aspect.allowed() or ()],
        "blocked": blocked,
        "unit": aspect.measure.unit if aspect.measure else "",
        "levels": levels_of(aspect),
        "required": item.is_required,
        "shown": shown(aspect, mark),
    }


def _band(limits: Limits, measures: Mapping[str, Decimal]) -> tuple[tuple[Decimal, Decimal] | None, str]:
    """The marks that the entry's measure allows, or why none is allowed; the server decides the same again."""
    value = measures.get(limits.measure)
    if value is None:
        return None, gettext("还没有登记“%(measure)s”，请组织者登记后再评") % {"measure": limits.measure}
    band = limits.bounds(value)
    return band, "" if band else gettext("登记的数值低于最低一档，没有对应的分数范围")


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
    measures = facts_in(view.entry.detail).measures
    return {
        "event": view.place.event.id,
        "stage": view.place.stage.key,
        "period": view.place.period.key,
        "entry": view.entry.code,
        "rules": rules,
        "open": view.place.period.state == "open",
        "items": [box(item, view.marks.get(item.place), measures) for item in view.items],
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
