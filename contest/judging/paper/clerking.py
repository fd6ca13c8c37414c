"""Typing measured values and paper sheets: many entries and aspects on one page."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session, select

from contest.actors import Actor
from contest.competitions.models import Period, PeriodState, Stage
from contest.competitions.queries import get_event, stage_periods
from contest.core.canonical import plain_decimal
from contest.core.marks import check_limits, format_units, parse_value
from contest.core.problems import MarkProblem
from contest.core.ruleset import Aspect
from contest.db import new_id
from contest.entries.detail import facts_in
from contest.entries.models import Entry
from contest.errors import ConflictError, DomainError, InvalidError
from contest.i18n import N_
from contest.judging.marks.importing import require_typist
from contest.judging.marks.reasons import REASON_TEXTS
from contest.judging.models import MarkRow
from contest.judging.queries import MemberLine, Where, assessed_in, locate, members_of
from contest.judging.services import apply_operations
from contest.judging.sheet.items import Item, items_of

PER_PAGE = 60
RANGE = N_("应在 %(min)s–%(max)s 之间，您输入了 %(typed)s")
PROBLEMS: Mapping[str, str] = {
    "below_minimum": RANGE,
    "above_maximum": RANGE,
    "not_a_number": N_("“%(typed)s”不是数，请写成 9.5 这样"),
    "too_many_decimals": N_("最多 %(decimals)s 位小数，您输入了 %(typed)s"),
    "not_a_choice": N_("只能是 %(allowed)s，您输入了 %(typed)s"),
    "outside_band": N_("按登记的数值，分数应在 %(min)s–%(max)s 之间，您输入了 %(typed)s"),
    "measure_missing": N_("还没有登记“%(measure)s”，请组织者登记后再录"),
    "below_first_band": N_("登记的数值低于最低一档，没有对应的分数范围"),
    "off_step": N_("每档 %(step)s：%(lower)s 或 %(upper)s，您输入了 %(typed)s"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """One box: name in the form, what stands there and the revision it was drawn from."""

    name: str
    value: str
    revision: int


@dataclass(frozen=True, slots=True)
class ClerkView:
    """The typing page of one period for the whole panel's values (judge '') or one external judge's sheets."""

    where: Where | None
    periods: Sequence[tuple[Stage, Period]]
    judge: str
    externals: Sequence[MemberLine]
    items: Sequence[Item]
    rows: Sequence[tuple[Entry, tuple[Box, ...]]]
    page: int
    pages: int


def clerk_view(
    session: Session, actor: Actor, event_id: str, *, period_id: str = "", judge: str = "", page: int = 1
) -> ClerkView:
    """What a clerk, chief judge or organizer may type (ForbiddenError, NotFoundError otherwise)."""
    event = get_event(session, event_id, actor)
    require_typist(session, actor, event)
    periods = stage_periods(session, event) if event.rule_set_id else []
    chosen = next((p for _, p in periods if p.id == period_id), None)
    chosen = chosen or next((p for _, p in periods if p.state is PeriodState.OPEN), None)
    chosen = chosen or (periods[0][1] if periods else None)
    if chosen is None:
        return ClerkView(None, periods, "", (), (), (), 1, 1)
    where = locate(session, chosen.id, actor)
    panel = [line for line in members_of(session, event) if line.stage.id == where.stage.id]
    externals = [line for line in panel if line.login is None and line.member.scores]
    known = judge if any(line.member.code == judge for line in externals) else ""
    items = items_of(where.stage_rules, sheet="judge" if known else "clerk")
    entries = assessed_in(session, where)
    shown = entries[(page - 1) * PER_PAGE : page * PER_PAGE]
    marks = _marks(session, where, known)
    rows = [(entry, tuple(_box(entry, item, marks) for item in items)) for entry in shown]
    return ClerkView(where, periods, known, externals, items, rows, page, max(1, -(-len(entries) // PER_PAGE)))


def _marks(session: Session, where: Where, judge: str) -> dict[tuple[str, str, int], MarkRow]:
    query = select(MarkRow).where(
        MarkRow.tenant_id == where.event.tenant_id,
        MarkRow.event_id == where.event.id,
        MarkRow.stage_key == where.stage.key,
        MarkRow.period_key == where.period.key,
        MarkRow.judge_code == judge,
    )
    return {(row.entry_code, row.aspect, row.repetition): row for row in session.exec(query)}


def box_name(code: str, aspect: str, repetition: int) -> str:
    return f"v|{code}|{aspect}|{repetition}"


def _box(entry: Entry, item: Item, marks: Mapping[tuple[str, str, int], MarkRow]) -> Box:
    row = marks.get((entry.code or "", *item.place))
    value = "" if row is None or row.units is None else format_units(row.units, item.aspect.decimals)
    return Box(box_name(entry.code or "", *item.place), value, row.revision if row else 0)


def save_typed(
    session: Session, actor: Actor, event_id: str, period_id: str, judge: str, form: Mapping[str, str], reason: str
) -> int:
    """Takes every filled box that differs from what stands; all or nothing. How many marks are new.

    `form`: box name -> typed text, and `r|…` -> the revision the box was drawn from.

    Raises:
        InvalidError: boxes that can't be taken, each under its name.
        ConflictError: somebody else changed one of them meanwhile, or a change lacks its reason.
    """
    event = get_event(session, event_id, actor)
    require_typist(session, actor, event)
    where = locate(session, period_id, actor)
    marks = _marks(session, where, judge)
    wanted = {name for name, text in form.items() if name.startswith("v|") and text.strip()}
    measures = {entry.code or "": facts_in(entry.detail).measures for entry in assessed_in(session, where)}
    problems: dict[str, DomainError] = {}
    operations: list[dict[str, object]] = []
    for name in sorted(wanted):
        found = _typed_operation(where, judge, name, form, marks, measures, problems)
        if found is not None:
            operations.append(found | {"reason": reason.strip()})
    if problems:
        raise InvalidError(N_("有 %(n)s 格填得不对，已标出，一格也没有保存。"), fields=problems, n=len(problems))
    _refuse_untaken(apply_operations(session, actor, operations) if operations else [], operations)
    return len(operations)


def _typed_operation(
    where: Where, judge: str, name: str, form: Mapping[str, str], marks: Mapping[tuple[str, str, int], MarkRow],
    measures: Mapping[str, Mapping[str, Decimal]], problems: dict[str, DomainError],
) -> dict[str, object] | None:  # fmt: skip
    aspect = _aspect_of(where, name)
    if aspect is None:
        return None
    _, code, _, repetition = name.split("|")
    units = parse_value(form[name], aspect)
    if isinstance(units, int):
        units = check_limits(units, aspect, measures.get(code, {})) or units
    if isinstance(units, MarkProblem):
        low, high = aspect.mark_bounds()
        bounds = {"min": plain_decimal(low) if low is not None else "—", "max": plain_decimal(high) if high else "—"}
        typed = {"typed": form[name].strip()[:24]}
        problems[name] = DomainError(PROBLEMS[units.code], **{**bounds, **units.params, **typed})
        return None
    row = marks.get((code, aspect.id, int(repetition)))
    seen = form.get("r" + name[1:], "0")
    if row is not None and row.units == units and row.state == "scored":
        return None
    return {
        "op_id": f"clerk-{new_id()}",
        "event": where.event.id,
        "stage": where.stage.key,
        "period": where.period.key,
        "entry": code,
        "aspect": aspect.id,
        "repetition": int(repetition),
        "value": units,
        "judge": judge,
        "base": int(seen) if seen.isascii() and seen.isdigit() else 0,
        "device": "clerk",
        "client_time": time.time_ns() // 1_000_000,
    }


def _aspect_of(where: Where, name: str) -> Aspect | None:
    parts = name.split("|")
    if len(parts) != 4 or not parts[3].isascii() or not parts[3].isdigit():  # noqa: PLR2004 (v, code, aspect, no.)
        return None
    return next((a for a in where.stage_rules.aspects() if a.id == parts[2]), None)


def _refuse_untaken(answers: Sequence[Mapping[str, object]], operations: Sequence[Mapping[str, object]]) -> None:
    """One box that can't be taken takes back the whole page: the transaction ends here."""
    for answer, op in zip(answers, operations, strict=True):
        if answer["result"] != "accepted":
            why = REASON_TEXTS.get(str(answer["reason"]), str(answer["reason"]))
            text = N_("%(code)s 的 %(aspect)s 没有保存：%(why)s。一格也没有写入。")
            raise ConflictError(text, code=op["entry"], aspect=op["aspect"], why=why)
