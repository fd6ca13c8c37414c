"""One row of a marks file, checked against the rule set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from contest.calculator.columns import DISQUALIFIED, DRAW, STATES
from contest.calculator.faults import Fault
from contest.core.marks import MISSING, SCORED, normalise_number, parse_decimal, parse_value
from contest.core.problems import MarkProblem
from contest.core.rubric import Aspect
from contest.core.ruleset import RuleSet, Stage
from contest.documents.cells import Cell

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A checked row. `aspect` is None for a row about the entry: a measure, veto, lot or disqualification."""

    number: int
    event: str
    entry: str
    name: str
    unit: str
    subject: str
    stage: Stage | None = None
    period: str = ""
    aspect: Aspect | None = None
    repetition: int = 1
    judge: str = ""
    units: int | None = None
    state: str = SCORED
    factor: Decimal | None = None
    text: str = ""


class RowReader:
    """Reads rows of one rule set; the reader keeps what is looked up for every row."""

    def __init__(self, rules: RuleSet) -> None:
        self._stages = {stage.id: stage for stage in rules.stages}
        self._aspects = {stage.id: {aspect.id: aspect for aspect in stage.aspects()} for stage in rules.stages}
        self._entry_subjects = rules.measures() | {veto.id for veto in rules.vetoes} | {DRAW, DISQUALIFIED}

    def read(self, number: int, cells: Mapping[str, Cell]) -> MarkRow:
        """Check one row; raises Fault."""
        texts = {key: _text(key, cell) for key, cell in cells.items()}
        subject = _needed(texts, "aspect")
        common = (number, texts.get("event", ""), _needed(texts, "entry"))
        identity = (texts.get("name", ""), texts.get("unit", ""), subject)
        stage = self._stage(texts.get("stage", ""), subject)
        if stage is None:
            return MarkRow(*common, *identity, text=texts.get("value", ""))
        aspect = self._aspects[stage.id][subject]
        state, units = _value(texts.get("value", ""), texts.get("state", ""), aspect)
        return MarkRow(
            *common,
            *identity,
            stage,
            _period(texts.get("period", ""), stage),
            aspect,
            _repetition(texts.get("repetition", ""), aspect),
            texts.get("judge", ""),
            units,
            state,
            _factor(texts.get("factor", ""), aspect),
        )

    def _stage(self, name: str, subject: str) -> Stage | None:
        """Find the stage a mark belongs to; None for a row about the entry itself."""
        if name and name not in self._stages:
            raise Fault("stage", "unknown_stage", {"value": name, "allowed": ", ".join(self._stages)})
        holders = [
            stage for stage in self._stages.values() if name in {"", stage.id} and subject in self._aspects[stage.id]
        ]
        if len(holders) == 1:
            return holders[0]
        if holders:
            raise Fault("stage", "empty_cell", {"column": "stage"})
        if subject in self._entry_subjects:
            return None
        known = [aspect for stage in self._aspects.values() for aspect in stage] + sorted(self._entry_subjects)
        raise Fault("aspect", "unknown_aspect", {"value": subject[:64], "allowed": ", ".join(known[:40])})


def _text(key: str, cell: Cell) -> str:
    if cell.problem:
        raise Fault(key, "damaged_cell", {"value": cell.text})
    text = cell.text.strip()
    if len(text) > _LONGEST:
        raise Fault(key, "too_long", {"longest": _LONGEST})
    return text


def _needed(texts: Mapping[str, str], key: str) -> str:
    text = texts.get(key, "")
    if not text:
        raise Fault(key, "empty_cell", {"column": key})
    return text


def _period(name: str, stage: Stage) -> str:
    periods = [period.id for period in stage.periods]
    if not name and len(periods) == 1:
        return periods[0]
    if name not in periods:
        raise Fault("period", "unknown_period", {"value": name, "allowed": ", ".join(periods)})
    return name


def _repetition(text: str, aspect: Aspect) -> int:
    cleaned = normalise_number(text) or "1"
    if not (cleaned.isascii() and cleaned.isdigit() and 1 <= int(cleaned[:9]) <= aspect.repetitions):
        raise Fault("repetition", "bad_repetition", {"value": text, "most": aspect.repetitions})
    return int(cleaned)


def _value(text: str, state_text: str, aspect: Aspect) -> tuple[str, int | None]:
    """Give state and units. An empty value without a state is a missing mark, never a zero."""
    state = STATES.get(state_text.lower(), "") if state_text else (SCORED if text else MISSING)
    if not state:
        raise Fault("state", "unknown_state", {"value": state_text, "allowed": ", ".join(STATES)})
    if state != SCORED:
        if text:
            raise Fault("value", "value_with_state", {"state": state})
        return state, None
    if not text:
        raise Fault("value", "scored_without_value")
    units = parse_value(text, aspect)
    if isinstance(units, MarkProblem):
        raise Fault("value", units.code, units.params)
    return state, units


def _factor(text: str, aspect: Aspect) -> Decimal | None:
    if not text:
        return None
    factor = parse_decimal(text)
    if factor is None:
        raise Fault("factor", "bad_factor", {"value": text})
    if aspect.factor.source != "entry":
        raise Fault("factor", "factor_without_rule")
    return factor
