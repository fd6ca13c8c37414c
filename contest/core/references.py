"""Checks across the document: what one part names must exist, once, and no two parts may contradict each other."""

from __future__ import annotations

from collections.abc import Iterable

from contest.core.honours import Condition
from contest.core.problems import Problem
from contest.core.ruleset import Award, RuleSet, Stage, TieBreak


def check_references(rules: RuleSet, problems: list[Problem]) -> None:
    """Report what points to nothing or to several things, and rules that cannot hold together."""
    for index, tie in enumerate(rules.ties):
        code = _fault(rules, tie)
        if code:
            problems.append(Problem(f"ties[{index}].ref", code, {"ref": tie.ref, "stage": tie.stage}))
    for index, award in enumerate(rules.awards):
        problems += _award_problems(rules, award, f"awards[{index}]")
    awards = {award.id for award in rules.awards}
    for index, row in enumerate(rules.promotions):
        if row.award and row.award not in awards:
            problems.append(Problem(f"promotions[{index}].award", "unknown_award", {"ref": row.award}))
    if rules.medals is not None and rules.medals.on not in {"total", *(item.id for item in rules.statistics)}:
        problems.append(Problem("medals.on", "unknown_statistic", {"ref": rules.medals.on}))
    if rules.rank_within == "class" and not rules.classes:
        problems.append(Problem("rank_within", "classes_needed"))
    if rules.combine != "last" and not any(stage.weight for stage in rules.stages):
        problems.append(Problem("stages", "stages_without_weight"))
    for index, stage in enumerate(rules.stages):
        problems += _advance_problems(rules, stage, index)


def _award_problems(rules: RuleSet, award: Award, path: str) -> Iterable[Problem]:
    if award.by == "medal" and rules.medals is None:
        yield Problem(f"{path}.medal", "medals_needed")
    if award.per == "class" and not rules.classes:
        yield Problem(f"{path}.per", "classes_needed")
    if rules.rank_within == "class" and award.per == "event" and award.by not in {"threshold", "medal"}:
        # Ranks of different classes have no common order from which an event's places could be given.
        yield Problem(f"{path}.per", "award_needs_one_ranking")
    known = {item.id for item in rules.classes}
    for name in award.classes:
        if name not in known:
            yield Problem(f"{path}.classes", "unknown_class", {"ref": name})
    for index, part in enumerate(award.conditions):
        code = _fault(rules, part)
        if code:
            yield Problem(f"{path}.conditions[{index}].ref", code, {"ref": part.ref, "stage": part.stage})


def _advance_problems(rules: RuleSet, stage: Stage, index: int) -> Iterable[Problem]:
    if stage.advance is None:
        return
    if index == len(rules.stages) - 1:
        yield Problem(f"stages[{index}].advance", "advance_after_last_stage")
    counted = [earlier for earlier in rules.stages[: index + 1] if earlier.weight != 0]
    if stage.advance.by == "total" and rules.combine != "last" and not counted:
        # Everybody's total so far would be nothing: the order must come from the stage itself.
        yield Problem(f"stages[{index}].advance.by", "advance_by_total_without_weight")


def _fault(rules: RuleSet, part: TieBreak | Condition) -> str:
    if part.by in {"total", "measure"}:
        return ""
    if part.by == "stage":
        return "" if any(stage.id == part.ref for stage in rules.stages) else "unknown_reference"
    hits = len(stages_of(rules, part))
    return "" if hits == 1 else ("ambiguous_reference" if hits else "unknown_reference")


def stages_of(rules: RuleSet, part: TieBreak | Condition) -> list[Stage]:
    """Give the stages whose rubric holds the criterion or aspect a tie-break names (normally one)."""
    return [stage for stage in rules.stages if part.stage in {"", stage.id} and part.ref in set(_ids(stage, part.by))]


def _ids(stage: Stage, by: str) -> Iterable[str]:
    nodes = stage.criteria() if by == "criterion" else stage.aspects()
    return (node.id for node in nodes)
