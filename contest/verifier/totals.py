"""All entries through all stages: values, who goes on, and the total so far (docs/rule-set.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from .advancement import going_on
from .data import Data, Node, weight
from .methods import round_to
from .periods import Parts
from .stages import stage_values
from .values import Value, lacks_of, total


@dataclass(slots=True)
class Scored:
    """One entry: its total, the values of the stages it was admitted to, and the values that ties compare."""

    total: Value = field(default_factory=Value)
    stages: dict[str, Value] = field(default_factory=dict)
    parts: Parts = field(default_factory=dict)


def score_all(data: Data) -> dict[str, Scored]:
    """Every entry of the event."""
    scored = {code: Scored() for code in data.entries}
    parts = {code: entry.parts for code, entry in scored.items()}
    admitted = list(scored)
    for stage in data.rules["stages"]:
        for code, value in stage_values(data, stage, admitted, parts).items():
            scored[code].stages[stage["id"]] = value
            scored[code].total = _total(data, scored[code])
        if stage.get("advance"):
            field = {code: scored[code] for code in admitted if not data.is_disqualified(code)}
            on = set(going_on(data, stage, field))
            admitted = [code for code in admitted if code in on or code not in field]
    return scored


def _total(data: Data, entry: Scored) -> Value:
    """The stages so far, combined and rounded."""
    rules = data.rules
    stages = [stage for stage in rules["stages"] if stage["id"] in entry.stages]
    is_last = rules.get("combine", "sum") == "last"
    ended = stages[-1] if len(stages) < len(rules["stages"]) else None
    counted = [stage for stage in stages if is_last or weight(stage) != 0 or stage is ended]
    lacks = lacks_of([entry.stages[stage["id"]] for stage in counted])
    rounding = rules.get("rounding")
    terms = _terms(stages[-1:] if is_last else stages, entry, is_last=is_last)
    if rounding and rounding.get("parts"):
        terms = [round_to(term, rounding) for term in terms]
    return Value(round_to(total(terms), rounding) if terms else None, lacks)


def _terms(stages: list[Node], entry: Scored, *, is_last: bool) -> list[Fraction]:
    values = [(stage, entry.stages[stage["id"]].number) for stage in stages]
    return [number * (1 if is_last else weight(stage)) for stage, number in values if number is not None]
