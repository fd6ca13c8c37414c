"""Contradictions of a rubric that are reported and not refused: sheets in use do contain them (rules.md 1)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from contest.core.canonical import plain_decimal
from contest.core.problems import Problem
from contest.core.rubric import Aspect
from contest.core.ruleset import RuleSet, Stage


def section_totals(stage: Stage) -> dict[str, Decimal]:
    """Marks per section of the occupational standard, as the aspects really add up."""
    totals: dict[str, Decimal] = {}
    for aspect in stage.aspects():
        section = aspect.standard_section
        totals[section] = totals.get(section, Decimal(0)) + aspect.weight * aspect.maximum()
    return totals


def contradictions(rules: RuleSet) -> tuple[Problem, ...]:
    """List where a declared maximum or section total differs from what the aspects add up to."""
    problems: list[Problem] = []
    for index, stage in enumerate(rules.stages):
        path = f"stages[{index}]"
        for criterion in stage.criteria():
            if criterion.declared_max is not None and criterion.declared_max != criterion.maximum():
                params = _params(criterion.id, criterion.declared_max, criterion.maximum())
                problems.append(Problem(f"{path}.rubric", "declared_max_differs", params))
        totals = section_totals(stage)
        for place, section in enumerate(stage.sections):
            found = totals.get(section.id, Decimal(0))
            if section.declared is not None and section.declared != found:
                params = _params(section.id, section.declared, found)
                problems.append(Problem(f"{path}.sections[{place}]", "section_total_differs", params))
    return tuple(problems)


def notices(rules: RuleSet) -> tuple[Problem, ...]:
    """What may be meant and is easily wrong: warnings that stand beside the rules and refuse nothing."""
    found = [notice for index, stage in enumerate(rules.stages) for notice in _of_stage(f"stages[{index}]", stage)]
    return (*contradictions(rules), *found)


def _of_stage(path: str, stage: Stage) -> Iterator[Problem]:
    if stage.panel.normalise is not None:
        # rules.md 6: unfair if panels differ in strength, and meaningless for a handful of entries
        yield Problem(f"{path}.panel.normalise", "normalise_needs_random_panels", {"entries": 10})
    for aspect in stage.aspects():
        if _never_early(aspect):
            yield Problem(f"{path}.rubric", "early_days_cannot_be_typed", {"id": aspect.id})
    for criterion in stage.criteria():
        if criterion.best is not None and criterion.best >= len(criterion.children):
            yield Problem(f"{path}.rubric", "best_leaves_nothing_out", {"id": criterion.id, "best": criterion.best})


def _never_early(aspect: Aspect) -> bool:
    rule, (low, _) = aspect.conversion, aspect.mark_bounds()
    return rule is not None and rule.name == "days" and rule.number("early") != 0 and low is not None and low >= 0


def _params(name: str, declared: Decimal, found: Decimal) -> dict[str, str | int]:
    return {"id": name, "declared": plain_decimal(declared), "found": plain_decimal(found)}
