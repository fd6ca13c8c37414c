"""Judges' places to one value per entry: the skating system (majority) and Borda (rules.md 6 [S42], SKATE, BORDA-1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from contest.core.explanation import Explanation, Operand, Reason
from contest.core.marks import NOT_PERFORMED, RECUSED, SCORED
from contest.core.stage_rules import Panel, Places

EXCLUDED = "excluded"
Table = Mapping[str, Sequence[Fraction]]
"""Entry -> its place with each judge, the judges in one order."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an entry came: the mean of the shared places, and `count:sum` of each column that was looked at."""

    place: Fraction
    columns: str = ""


def places_of(values: Mapping[str, Fraction], order: str = "desc") -> dict[str, Fraction]:
    """The place of each entry with one judge; equal marks share the mean place."""
    sign = 1 if order == "asc" else -1
    keys = {entry: sign * value for entry, value in values.items()}
    return {
        entry: sum(other < key for other in keys.values()) + Fraction(sum(o == key for o in keys.values()) + 1, 2)
        for entry, key in keys.items()
    }


def borda(places: Table) -> dict[str, Fraction]:
    """Sum n - place over the judges (BORDA-1)."""
    entries = len(places)
    return {entry: sum((entries - place for place in own), Fraction(0)) for entry, own in places.items()}


def skating(places: Table) -> dict[str, Placed]:
    """Place the entries by the majority system.

    Column k counts the places "k-th or better". Who first has a majority there is placed next; of several the larger
    majority, then the lower sum of those places, then the next column among the tied alone, who all are placed
    before anybody new is looked at. What no column separates shares the mean of its places.
    """
    judges = len(next(iter(places.values()), ()))
    found: dict[str, Placed] = {}
    waiting, before = set(places), 0
    for column in range(1, len(places) + 1):
        able = [entry for entry in waiting if 2 * _column(places[entry], column)[0] > judges]
        for group, last in _settled(places, sorted(able), column):
            shared = before + Fraction(len(group) + 1, 2)
            found |= {entry: Placed(shared, _columns(places[entry], last)) for entry in group}
            before += len(group)
        waiting -= set(able)
    return found


def _column(own: Sequence[Fraction], column: int) -> tuple[int, Fraction]:
    """How many places are `column` or better, and their sum."""
    kept = [place for place in own if place <= column]
    return len(kept), sum(kept, Fraction(0))


def _columns(own: Sequence[Fraction], last: int) -> str:
    return " ".join("{}:{}".format(*_column(own, column)) for column in range(1, last + 1))


def _settled(places: Table, group: Sequence[str], column: int) -> Iterator[tuple[Sequence[str], int]]:
    """The parts of a group in order of place, each with the last column that was looked at."""
    if len(group) <= 1 or column > len(places):
        if group:
            yield group, min(column, len(places))
        return
    keys = {entry: (-count, total) for entry in group for count, total in [_column(places[entry], column)]}
    for key in sorted(set(keys.values())):
        part = [entry for entry in group if keys[entry] == key]
        if len(part) == 1:
            yield part, column
        else:
            yield from _settled(places, part, column + 1)


def place_sheets(panel: Panel, stage: str, period: str, field: Mapping[str, Explanation]) -> dict[str, Explanation]:
    """Turn the open `sheets` nodes of all entries of a period into placed ones.

    An entry without any sheet is not in the field. A judge who is kept from one entry of the field places nobody:
    places are only comparable if they are of the same entries. While a sheet is missing nobody is placed.
    """
    present = {code: node for code, node in field.items() if any(sheet.value is not None for sheet in node.inputs)}
    judges, out = _judges(present)
    reasons = _reasons(panel, stage, period, present, judges, out)
    tables = {
        judge: {code: value for code, node in present.items() if (value := _value(node, judge)) is not None}
        for judge in judges
    }
    if any(reason.code != NOT_PERFORMED for own in reasons.values() for reason in own):
        blocked = (Reason("places_open", stage, period),)
        return {
            code: replace(node, operation=_operation(panel, present, judges), reasons=reasons[code] or blocked)
            for code, node in present.items()
        }
    rule = panel.places or Places()
    places = {judge: places_of(values, rule.order) for judge, values in tables.items()}
    table = {code: [places[judge][code] for judge in judges] for code in present}
    return _placed(panel, present, judges, table, reasons)


def _judges(present: Mapping[str, Explanation]) -> tuple[list[str], frozenset[str]]:
    """The judges who place the whole field, and those who do not because they are kept from one of it."""
    sheets = [sheet for node in present.values() for sheet in node.inputs]
    out = frozenset(sheet.label for sheet in sheets if sheet.operation["state"] == RECUSED)
    return sorted({sheet.label for sheet in sheets} - out), out


def _value(node: Explanation, judge: str) -> Fraction | None:
    for sheet in node.inputs:
        if sheet.label == judge and sheet.operation["state"] == SCORED:
            return sheet.value
    return None


def _reasons(
    panel: Panel,
    stage: str,
    period: str,
    present: Mapping[str, Explanation],
    judges: Sequence[str],
    out: frozenset[str],
) -> dict[str, tuple[Reason, ...]]:
    """Why an entry cannot be placed: a sheet is missing, a judge gave equal marks, or too few judges are left."""
    need = max(panel.min_judges, 1)
    found: dict[str, tuple[Reason, ...]] = {}
    for code, node in present.items():
        own = [reason for sheet in node.inputs if sheet.label not in out for reason in sheet.reasons]
        named = {reason.judge for reason in own}
        own += [
            Reason("mark_missing", stage, period, judge=judge)
            for judge in judges
            if judge not in named and _value(node, judge) is None
        ]
        if len(judges) < need:
            own.append(Reason("insufficient_scores", stage, period, params={"have": len(judges), "need": need}))
        found[code] = tuple(own)
    if panel.places is not None and panel.places.judge_ties == "refuse":
        for judge in judges:
            values = {code: _value(node, judge) for code, node in present.items()}
            for code, value in values.items():
                if value is not None and list(values.values()).count(value) > 1:
                    found[code] += (Reason("places_tied", stage, period, judge=judge),)
    return found


def _operation(panel: Panel, present: Mapping[str, Explanation], judges: Sequence[str]) -> dict[str, Operand]:
    name = panel.places.method if panel.places else "skating"
    return {"op": name, "entries": len(present), "have": len(judges)}


def _placed(
    panel: Panel,
    present: Mapping[str, Explanation],
    judges: Sequence[str],
    table: Table,
    reasons: Mapping[str, tuple[Reason, ...]],
) -> dict[str, Explanation]:
    operation = _operation(panel, present, judges)
    is_borda = operation["op"] == "borda"
    settled = {} if is_borda else skating(table)
    points = borda(table) if is_borda else {code: len(present) + 1 - own.place for code, own in settled.items()}
    found = {}
    for code, node in present.items():
        own = dict(operation)
        if code in settled:
            own |= {"majority": len(judges) // 2 + 1, "place": settled[code].place, "columns": settled[code].columns}
        places = dict(zip(judges, table[code], strict=True))
        inputs = tuple(_with_place(sheet, places) for sheet in node.inputs)
        found[code] = replace(node, value=points[code], inputs=inputs, operation=own, reasons=reasons[code])
    return found


def _with_place(sheet: Explanation, places: Mapping[str, Fraction]) -> Explanation:
    if sheet.label in places:
        return replace(sheet, operation={**sheet.operation, "place": places[sheet.label]})
    state = RECUSED if sheet.operation["state"] == RECUSED else EXCLUDED
    return replace(sheet, operation={**sheet.operation, "state": state})
