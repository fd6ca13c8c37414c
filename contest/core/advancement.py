"""The stages in their order of time: places among those still in, and who goes on after a stage (晋级)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from contest.core import ranking, ties
from contest.core.explanation import Explanation
from contest.core.marks import NOT_PERFORMED, EntryInput
from contest.core.numbers import round_units
from contest.core.periods import period_of, stage_of
from contest.core.placing import place_sheets
from contest.core.problems import CoreError
from contest.core.quotas import award_cut_with_ties
from contest.core.ruleset import Advance, RuleSet, Stage
from contest.core.stages import not_advanced, total_of

Trees = Mapping[str, Explanation]


@dataclass(frozen=True, slots=True)
class Passage:
    """What became of an entry after a stage. place: its rank there, empty while it has no value.

    by: `rank` or `wild_card` if it goes on (reason: why), `out` if it does not, `open` while it has no value.
    places: how many the rule lets through; None if the rule gives no number.
    """

    stage: str
    by: str
    place: str = ""
    value: Fraction | None = None
    places: int | None = None
    reason: str = ""

    @property
    def goes_on(self) -> bool:
        """Whether the entry is admitted to the next stage."""
        return self.by in {"rank", "wild_card"}


@dataclass(frozen=True, slots=True)
class Settled:
    """The trees as they count, how many stages each entry was admitted to, and its passages."""

    trees: Trees
    reached: Mapping[str, int]
    passages: Mapping[str, tuple[Passage, ...]] = field(default_factory=dict)


def is_blocked(rules: RuleSet, tree: Explanation) -> bool:
    """Whether an entry has no final value yet: something other than what the rules let pass is missing."""
    lenient = rules.incomplete == "ranked"
    return tree.value is None or any(reason.code != NOT_PERFORMED or not lenient for reason in tree.reasons)


def settle(rules: RuleSet, entries: Mapping[str, EntryInput], trees: Trees) -> Settled:
    """Go through the stages: place the field where judges rank it, then cut it where the rules let only some go on.

    Raises CoreError `wild_card_without_reason` or `wild_card_without_cut`.
    """
    _check_wild_cards(rules, entries)
    if not any(stage.advance or stage.panel.scope == "ranks" for stage in rules.stages):
        return Settled(trees, dict.fromkeys(trees, len(rules.stages)))
    nodes = {code: list(tree.inputs) for code, tree in trees.items()}
    reached = dict.fromkeys(trees, len(rules.stages))
    passages: dict[str, tuple[Passage, ...]] = dict.fromkeys(trees, ())
    inside = [code for code, entry in entries.items() if not entry.disqualified]
    for index, stage in enumerate(rules.stages):
        if stage.panel.scope == "ranks":
            _place(stage, index, {code: entries[code] for code in inside}, nodes)
        if stage.advance is None:
            continue
        running = {code: total_of(rules, code, nodes[code][: index + 1]) for code in inside}
        for passage, code in _cut(rules, stage, stage.advance, {code: entries[code] for code in inside}, running):
            passages[code] += (passage,)
        out = [code for code in inside if not passages[code][-1].goes_on]
        for code in out:
            reached[code] = index + 1
            nodes[code][index + 1 :] = [not_advanced(node, stage.id) for node in nodes[code][index + 1 :]]
        inside = [code for code in inside if passages[code][-1].goes_on]
    totals = {code: total_of(rules, code, nodes[code]) for code in trees}
    return Settled(totals, reached, passages)


def _check_wild_cards(rules: RuleSet, entries: Mapping[str, EntryInput]) -> None:
    cuts = {stage.id for stage in rules.stages if stage.advance is not None}
    for entry in entries.values():
        for stage, reason in entry.wild_cards.items():
            if stage not in cuts:
                raise CoreError("wild_card_without_cut", entry=entry.code, stage=stage)
            if not reason.strip():
                raise CoreError("wild_card_without_reason", entry=entry.code, stage=stage)


def _place(stage: Stage, index: int, field: Mapping[str, EntryInput], nodes: Mapping[str, list[Explanation]]) -> None:
    """Give the open sheets of a stage their places, period by period, and accumulate the stage anew."""
    for period in stage.periods:
        found = {code: at for code in field if (at := _find(nodes[code][index], period.id)) is not None}
        sheets = {code: node.inputs[0] for code, node in found.items()}
        for code, placed in place_sheets(stage.panel, stage.id, period.id, sheets).items():
            others = [node for node in found[code].inputs[1:] if node.kind != "late"]
            new = period_of(stage, field[code], period, (placed, *others))
            old = nodes[code][index]
            nodes[code][index] = stage_of(stage, [new if node is found[code] else node for node in old.inputs])


def _find(stage: Explanation, period: str) -> Explanation | None:
    return next((node for node in stage.inputs if node.label == period), None)


def _cut(
    rules: RuleSet, stage: Stage, rule: Advance, field: Mapping[str, EntryInput], running: Trees
) -> list[tuple[Passage, str]]:
    """Decide for each entry of the field whether it goes on."""
    own = {code: next(node for node in tree.inputs if node.label == stage.id) for code, tree in running.items()}
    values = {code: (own[code] if rule.by == "stage" else running[code]).value for code in field}
    able = [code for code in field if not is_blocked(rules, running[code]) and not is_blocked(rules, own[code])]
    total = ranking.Key("total", "", lambda code: values[code])
    found = ranking.order(able, total, ties.chain(rules, running, field) if rule.chain else ())
    numbered = ranking.number_groups([len(group) for group in found.groups], "standard")
    ranks = {code: texts[0] for group, texts in zip(found.groups, numbered, strict=True) for code in group}
    quota = _quota(rule, len(field), len(able))
    through = _through(rule, [code for group in found.groups for code in group], ranks, values, quota)
    passages = []
    for code, entry in field.items():
        card = entry.wild_cards.get(stage.id, "")
        by = "rank" if code in through else ("wild_card" if card else ("out" if code in ranks else "open"))
        reason = card if by == "wild_card" else ""
        passages.append((Passage(stage.id, by, ranks.get(code, ""), values[code], quota, reason), code))
    return passages


def _quota(rule: Advance, entrants: int, ranked: int) -> int | None:
    if rule.percent is None:
        return rule.count
    base = entrants if rule.of == "entrants" else ranked
    return round_units(Fraction(rule.percent) * base / 100, 0, rule.share_rounding)


def _through(
    rule: Advance,
    ordered: Sequence[str],
    ranks: Mapping[str, str],
    values: Mapping[str, Fraction | None],
    quota: int | None,
) -> frozenset[str]:
    """Those at the top of the order who reach the mark and the places; ties go on together or not at all."""
    able = [code for code in ordered if rule.min is None or (values[code] or 0) >= rule.min]
    if quota is None:
        return frozenset(able)
    cut = award_cut_with_ties([int(ranks[code]) for code in able], quota, rule.tie)
    return frozenset(able[:cut])
