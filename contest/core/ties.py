"""The values that the tie chain of a rule set compares, read from an entry's explanation tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from contest.core.explanation import Explanation
from contest.core.marks import EntryInput
from contest.core.ranking import Key
from contest.core.ruleset import RuleSet, TieBreak


def chain(rules: RuleSet, trees: Mapping[str, Explanation], entries: Mapping[str, EntryInput]) -> list[Key]:
    """Turn the tie chain into ranking keys; a draw, where the rules ask for one, is its last step."""
    keys = [_key(tie, trees, entries) for tie in rules.ties]
    if rules.remaining_ties == "draw":
        keys.append(Key("draw", "", lambda code: _lot(entries[code]), ascending=True))
    return keys


def _lot(entry: EntryInput) -> Fraction | None:
    return None if entry.draw is None else Fraction(entry.draw)


def _key(tie: TieBreak, trees: Mapping[str, Explanation], entries: Mapping[str, EntryInput]) -> Key:
    def value(code: str) -> Fraction | None:
        if tie.by == "measure":
            measure = entries[code].measures.get(tie.ref)
            return None if measure is None else Fraction(measure)
        return tie_value(trees[code], tie)

    return Key(tie.by, tie.ref, value, tie.direction == "asc")


def tie_value(tree: Explanation, tie: TieBreak) -> Fraction | None:
    """Sum the value of the named node over the periods; None if the entry has none."""
    if tie.by == "total":
        return tree.value
    values = [node.value for node in _named(tree, tie) if node.value is not None]
    return sum(values, Fraction(0)) if values else None


def _named(tree: Explanation, tie: TieBreak) -> Iterator[Explanation]:
    for stage in tree.inputs:
        if tie.by == "stage" and stage.label == tie.ref:
            yield stage
        elif tie.by != "stage" and tie.stage in {"", stage.label}:
            yield from _inside(stage, tie.by, tie.ref)


def _inside(node: Explanation, kind: str, label: str) -> Iterator[Explanation]:
    """Search the rubric; single judges' sheets are no value of the entry and are not entered."""
    if node.kind == kind and node.label == label:
        yield node
    elif node.kind not in {"sheets", "panel", "converted", "multiplied"}:
        for child in node.inputs:
            yield from _inside(child, kind, label)
