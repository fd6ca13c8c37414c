"""What entries are compared by: the values of all entries at one place, gathered before any tree is built.

Pure and without an order: the peers of a place are the sorted values of the entries that count there. An entry
counts with a final value (nothing is missing) unless it is disqualified.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from contest.core.conversion_relative import Peers
from contest.core.explanation import Explanation
from contest.core.marks import EntryInput, Mark
from contest.core.normalising import group_key
from contest.core.panel import Key, Sheet, score_panel
from contest.core.periods import taken
from contest.core.rubric import Aspect
from contest.core.ruleset import RuleSet, Stage

Panels = Mapping[str, Sequence[str]]
Marks = Mapping[Key, Sequence[Mark]]
Own = Mapping[Key, Fraction]
"""What one entry contributes, by place."""
PeersAt = Mapping[Key, Peers]


def compared(rules: RuleSet) -> list[tuple[Stage, Aspect]]:
    """The aspects whose conversion needs the values of all entries."""
    return [
        (stage, aspect)
        for stage in rules.stages
        for aspect in stage.aspects()
        if aspect.conversion is not None and aspect.conversion.is_relative
    ]


def own_values(
    places: Sequence[tuple[Stage, Aspect]], entry: EntryInput, marks: Marks, panels: Panels
) -> dict[Key, Fraction]:
    """The final values of one entry at the places where entries are compared."""
    if entry.disqualified:
        return {}
    return {
        (stage.id, period.id, aspect.id, repetition): node.value
        for stage, aspect in places
        for period in taken(stage, entry)
        for repetition, node in _panels(Sheet(entry, stage, period.id, marks, tuple(panels.get(stage.id, ()))), aspect)
        if node.value is not None and not node.reasons
    }


def _panels(sheet: Sheet, aspect: Aspect) -> Iterator[tuple[int, Explanation]]:
    for repetition in sheet.repetitions(aspect):
        yield repetition, score_panel(sheet, aspect, repetition)


def gathered(owns: Sequence[Own]) -> dict[Key, Peers]:
    """Put what the entries contribute together, place by place."""
    values: dict[Key, list[Fraction]] = defaultdict(list)
    for own in owns:
        for key, value in own.items():
            values[key].append(value)
    return {key: Peers.of(found) for key, found in values.items()}


def touched(rules: RuleSet, entry: EntryInput, marks: Marks, changed: set[Key]) -> bool:
    """Whether the tree of this entry saw one of the places whose peers changed."""
    if any(key in marks for key in changed):
        return True
    stages = [stage for stage in rules.stages if stage.panel.normalise is not None]
    return any(group_key(stage, period.id, entry) in changed for stage in stages for period in stage.periods)


def differing(before: PeersAt, after: PeersAt) -> set[Key]:
    """The places whose peers are others than before."""
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}
