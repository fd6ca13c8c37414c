"""Marks for a rehearsal (试算): made from a seed, the same for ever, and inside every bound of the rules.

Each number is drawn from the digest of its own name (seed, entry, place, judge): changing one part of the rules leaves
all other marks as they were, so that two drafts can be rehearsed on the same marks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from contest.core.marks import MISSING, NOT_PERFORMED, EntryInput, Mark, Place
from contest.core.rubric import Aspect
from contest.core.ruleset import RuleSet, Stage

TIE, MISSING_MARK, ABSENT, VETO = "tie", "missing", "not_performed", "veto"
CASES = (TIE, VETO, MISSING_MARK, ABSENT)
"""What may be staged: two entries alike, a veto, a mark that lacks, an entry that did not perform."""
MOST_ENTRIES = 200
MOST_MARKS = 100_000
_OPEN_TOP = Decimal(120)  # of a measured value without a bound: a completion rate somewhat above 100 %


@dataclass(frozen=True, slots=True)
class Generated:
    """Entries E01, E02 … and their marks, of judges J1, J2 …"""

    entries: tuple[EntryInput, ...]
    marks: tuple[Mark, ...]


def generate(rules: RuleSet, seed: str, entries: int, cases: frozenset[str] = frozenset()) -> Generated:
    """Marks of `entries` made-up entries (1 to MOST_ENTRIES, fewer where they would have too many marks)."""
    count = max(1, min(entries, MOST_ENTRIES, MOST_MARKS // max(1, marks_per_entry(rules))))
    codes = [f"E{number:02d}" for number in range(1, count + 1)]
    lots = sorted(codes, key=lambda code: draw(seed, "lot", code))
    found = [
        _entry(rules, seed, code, _twin(codes, code, cases), lots.index(code) + 1, _vetoes(rules, codes, code, cases))
        for code in codes
    ]
    marks = [mark for code in codes for mark in _marks(rules, seed, code, _twin(codes, code, cases))]
    return Generated(tuple(found), tuple(_staged(rules, codes, marks, cases)))


def draw(seed: str, *name: object) -> int:
    """A whole number of 0 to 2^32-1 that belongs to this seed and name."""
    text = "\x1f".join((seed, *(str(part) for part in name)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])


def marks_per_entry(rules: RuleSet) -> int:
    """How many marks one entry has at most."""
    return sum(
        len(stage.periods) * aspect.repetitions * (1 if _is_single(aspect) else judges_of(stage))
        for stage in rules.stages
        for aspect in stage.aspects()
    )


def judges_of(stage: Stage) -> int:
    """How many judges a stage needs at least, for its panel and for every method."""
    return max(stage.panel.min_judges, 1, *(aspect.method.min_scores for aspect in stage.aspects()))


def _twin(codes: list[str], code: str, cases: frozenset[str]) -> str:
    """The entry whose marks this one has: the second is like the first where a tie is wanted."""
    return codes[0] if TIE in cases and codes[1:2] == [code] else code


def _vetoes(rules: RuleSet, codes: list[str], code: str, cases: frozenset[str]) -> tuple[str, ...]:
    """The entry in the middle of the list has the first veto of the rules."""
    return (rules.vetoes[0].id,) if VETO in cases and rules.vetoes and code == codes[len(codes) // 2] else ()


def _entry(rules: RuleSet, seed: str, code: str, twin: str, lot: int, vetoes: tuple[str, ...]) -> EntryInput:
    class_id = rules.classes[lot % len(rules.classes)].id if rules.classes else ""
    return EntryInput(
        code, _factors(rules, seed, twin), vetoes, _measures(rules, seed, twin), draw=lot, class_id=class_id
    )


def _measures(rules: RuleSet, seed: str, code: str) -> dict[str, Decimal]:
    """The values that come with an entry: 60 to 179 for the tie chain, one of two panels, the start of a band."""
    found = {tie.ref: Decimal(60 + draw(seed, "measure", tie.ref, code) % 120)
             for tie in rules.ties if tie.by == "measure"}  # fmt: skip
    for stage in rules.stages:
        if stage.panel.normalise is not None and stage.panel.normalise.group:
            found[stage.panel.normalise.group] = Decimal(1 + draw(seed, "group", code) % 2)
        for aspect in stage.aspects():
            if aspect.limits is not None:
                bands = aspect.limits.bands
                found[aspect.limits.measure] = bands[draw(seed, "band", aspect.limits.measure, code) % len(bands)][0]
    return found


def _factors(rules: RuleSet, seed: str, code: str) -> dict[Place, Decimal]:
    """Difficulties of 1.5 to 3.5 where the rules want one of each entry."""
    return {
        (stage.id, aspect.id, number): Decimal(15 + draw(seed, "factor", code, stage.id, aspect.id, number) % 21) / 10
        for stage in rules.stages
        for aspect in stage.aspects()
        if aspect.factor.source == "entry"
        for number in range(1, aspect.repetitions + 1)
    }


def _marks(rules: RuleSet, seed: str, code: str, twin: str) -> Iterator[Mark]:
    measures = _measures(rules, seed, twin)
    for stage in rules.stages:
        for period in stage.periods:
            for aspect in stage.aspects():
                judges = [""] if _is_single(aspect) else [f"J{n}" for n in range(1, judges_of(stage) + 1)]
                for number in range(1, aspect.repetitions + 1):
                    place = (stage.id, period.id, aspect.id, number)
                    for judge in judges:
                        units = _units(aspect, measures, seed, (twin, *place), judge)
                        yield Mark(stage.id, period.id, code, aspect.id, number, judge, units)


def _is_single(aspect: Aspect) -> bool:
    """Whether one value stands for all judges: measured, yes or no, agreed."""
    alone = aspect.kind in {"measured", "boolean"} and aspect.method.min_scores <= 1
    return alone or aspect.method.name == "agreed"


def _units(aspect: Aspect, measures: dict[str, Decimal], seed: str, name: tuple[object, ...], judge: str) -> int:
    """A mark in units of 10^-decimals, on the aspect's step, between its bounds or one of its choices."""
    allowed = _choices(aspect)
    if allowed:
        return int(sorted(allowed)[draw(seed, "choice", *name) % len(allowed)].scaleb(aspect.decimals))
    low, high = _bounds(aspect, measures)
    step = 1 if aspect.step is None else int(aspect.step.scaleb(aspect.decimals))
    steps = (high - low) // step
    level = _level(aspect, steps, seed, name) + _opinion(aspect, steps, step, seed, (*name, judge))
    return low + step * max(0, min(steps, level))


def _choices(aspect: Aspect) -> tuple[Decimal, ...]:
    """The only values that may be given, where the rules list them (`marks.check_units`)."""
    if aspect.grades:
        return tuple(grade for grade, _ in aspect.grades)
    return () if aspect.conversion is None else tuple(aspect.conversion.allowed() or ())


def _bounds(aspect: Aspect, measures: dict[str, Decimal]) -> tuple[int, int]:
    low, high = aspect.mark_bounds()
    if aspect.limits is not None:
        low, high = aspect.limits.bounds(measures[aspect.limits.measure]) or (low, high)
    ends = [(low if low is not None else Decimal(0)).scaleb(aspect.decimals),
            (high if high is not None else max(_OPEN_TOP, low or _OPEN_TOP)).scaleb(aspect.decimals)]  # fmt: skip
    first = int(ends[0].to_integral_value(ROUND_CEILING))
    return first, max(first, int(ends[1].to_integral_value(ROUND_FLOOR)))


def _level(aspect: Aspect, steps: int, seed: str, name: tuple[object, ...]) -> int:
    """What the panel sees: 55 to 95 % of the way up; of deductions and bonuses mostly nothing."""
    chance = draw(seed, "level", *name)
    if aspect.kind in {"deduction", "bonus"}:
        return 0 if chance % 10 < 7 else steps * (chance // 10 % 30) // 100  # noqa: PLR2004
    return steps * (55 + draw(seed, "able", name[0]) % 31 + chance % 11) // 100


def _opinion(aspect: Aspect, steps: int, step: int, seed: str, name: tuple[object, ...]) -> int:
    """How far one judge (the last of `name`, empty for all together) is from it: at most a twelfth of the way."""
    if not name[-1] or aspect.kind in {"deduction", "bonus"} or aspect.method.name == "majority":
        return 0
    widest = max(1, steps // 12)
    if aspect.method.max_spread is not None:
        widest = min(widest, int(aspect.method.max_spread.scaleb(aspect.decimals)) // step)
    return draw(seed, "judge", *name) % (widest + 1) - widest // 2


def _staged(rules: RuleSet, codes: list[str], marks: list[Mark], cases: frozenset[str]) -> Iterator[Mark]:
    """One mark of the last entry lacks; the last but one did not perform the first aspect."""
    lacking = next((i for i in range(len(marks)) if marks[i].entry == codes[-1]), -1) if MISSING_MARK in cases else -1
    first = (rules.stages[0].id, rules.stages[0].aspects()[0].id) if ABSENT in cases and len(codes) > 1 else None
    for index, mark in enumerate(marks):
        if index == lacking:
            yield _without(mark, MISSING)
        elif first is not None and mark.entry == codes[-2] and (mark.stage, mark.aspect) == first:
            yield _without(mark, NOT_PERFORMED)
        else:
            yield mark


def _without(mark: Mark, state: str) -> Mark:
    return Mark(mark.stage, mark.period, mark.entry, mark.aspect, mark.repetition, mark.judge, None, state)
