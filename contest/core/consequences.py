"""What another rule set would change for entries that have marks, and which marks would no longer fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contest.core import canonical
from contest.core.awarding import assign_awards
from contest.core.marks import SCORED, Mark, check_units
from contest.core.ruleset import Aspect, RuleSet
from contest.core.scoring import Result

FIELDS = ("total", "rank", "status", "awards")
WITHDRAWN = "withdrawn"
"""The status of who does not compete: no standing has it, only one side of an effect."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a result says of one entry, as texts: published total and rank (empty without), status, award titles."""

    total: str
    rank: str
    status: str
    awards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """One entry whose outcome would change; `changed` names the fields of FIELDS that do."""

    entry: str
    before: Outcome
    after: Outcome

    @property
    def changed(self) -> tuple[str, ...]:
        return tuple(name for name in FIELDS if getattr(self.before, name) != getattr(self.after, name))


@dataclass(frozen=True, slots=True)
class Misfit:
    """Marks that the new rules could not take: `code` why, `count` how many.

    code: `place_gone` (no such stage, period, aspect or repetition), `decimals_changed` (their unit would mean another
    value), or what `marks.check_units` says of a value (`above_maximum`, `off_step` …).
    """

    stage: str
    aspect: str
    code: str
    count: int


def outcomes(rules: RuleSet, result: Result) -> dict[str, Outcome]:
    """The outcome of every entry, in published order."""
    titles = {award.id: award.title or award.id for award in rules.awards}
    given: dict[str, list[str]] = {}
    for grant in assign_awards(rules, result):
        given.setdefault(grant.entry, []).append(titles[grant.award_id])
    return {
        row.entry: Outcome(
            "" if row.published is None else format(row.published, "f"),
            row.rank or "",
            row.status,
            tuple(given.get(row.entry, ())),
        )
        for row in result.standings
    }


def effects(before: Mapping[str, Outcome], after: Mapping[str, Outcome]) -> list[Effect]:
    """The entries whose outcome differs: first those that compete no more, then in the order of `after`."""
    none = Outcome("", "", WITHDRAWN, ())
    gone = [Effect(code, outcome, none) for code, outcome in before.items() if code not in after]
    return gone + [
        Effect(code, before.get(code, none), outcome) for code, outcome in after.items() if before.get(code) != outcome
    ]


def effects_digest(base: str, rules: str, items: Sequence[Effect]) -> str:
    """Names one list of effects between two rule sets (their digests): what a person has seen and agreed to."""
    return canonical.digest({"base": base, "rules": rules, "effects": [canonical.to_plain(item) for item in items]})


def misfits(old: RuleSet, new: RuleSet, marks: Iterable[Mark]) -> list[Misfit]:
    """Marks given under `old` that `new` could not take, by stage, aspect and reason; none if all fit."""
    before, after = _aspects(old), _aspects(new)
    periods = {(stage.id, period.id) for stage in new.stages for period in stage.periods}
    found: Counter[tuple[str, str, str]] = Counter()
    for mark in marks:
        place = (mark.stage, mark.aspect)
        code = _misfit(before.get(place), after.get(place), mark, (mark.stage, mark.period) in periods)
        if code:
            found[(*place, code)] += 1
    return [Misfit(*key, count) for key, count in found.items()]


def _aspects(rules: RuleSet) -> dict[tuple[str, str], Aspect]:
    return {(stage.id, aspect.id): aspect for stage in rules.stages for aspect in stage.aspects()}


def _misfit(before: Aspect | None, after: Aspect | None, mark: Mark, period_is_there: bool) -> str:
    if after is None or not period_is_there or mark.repetition > after.repetitions:
        return "place_gone"
    if mark.state != SCORED or mark.units is None:
        return ""
    if before is not None and before.decimals != after.decimals:
        return "decimals_changed"
    problem = check_units(mark.units, after)
    return problem.code if problem else ""
