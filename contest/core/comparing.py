"""What all entries of an event are compared by, gathered before any tree is built (value/best, ranks, panels)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from contest.core.conversion_relative import Peers
from contest.core.criteria import weighted_sum
from contest.core.marks import EntryInput
from contest.core.normalising import group_key
from contest.core.panel import Key, Sheet
from contest.core.peers import Marks, Own, Panels, PeersAt, compared, gathered, own_values
from contest.core.periods import reasons_of, taken
from contest.core.ruleset import RuleSet
from contest.core.totals import period_nodes


def own_of_all(
    rules: RuleSet,
    entries: Mapping[str, EntryInput],
    marks: Mapping[str, Marks],
    panels: Panels,
    known: Mapping[str, Own],
) -> Mapping[str, Own]:
    """What each entry contributes to the conversions that compare; `known`: of entries that did not change."""
    places = compared(rules)
    if not places:
        return {}
    return {
        code: known[code] if code in known else own_values(places, entry, marks[code], panels)
        for code, entry in entries.items()
    }


def peers_of_all(
    rules: RuleSet,
    entries: Mapping[str, EntryInput],
    marks: Mapping[str, Marks],
    panels: Panels,
    own: Mapping[str, Own],
) -> PeersAt:
    """The peers of every place; the sums that panels are normalised by may use conversions that compare."""
    ratios = {
        (stage.id, item.id) for stage, item in compared(rules) if item.conversion and item.conversion.name == "ratio"
    }
    peers = {
        # a ratio sees nothing but the extremes: a changed value between them leaves all other trees as they are
        key: Peers.of({found.values[0], found.values[-1]}) if (key[0], key[2]) in ratios else found
        for key, found in gathered(tuple(own.values())).items()
    }
    if not any(stage.panel.normalise for stage in rules.stages):
        return peers
    return peers | gathered([_sums(rules, entry, marks[code], panels, peers) for code, entry in entries.items()])


def _sums(rules: RuleSet, entry: EntryInput, marks: Marks, panels: Panels, peers: PeersAt) -> Own:
    """The final sums of one entry in the periods of stages that normalise."""
    found: dict[Key, Fraction] = {}
    if entry.disqualified:
        return found
    for stage in rules.stages:
        for period in taken(stage, entry) if stage.panel.normalise else ():
            judges = tuple(panels.get(stage.id, ()))
            nodes = period_nodes(Sheet(entry, stage, period.id, marks, judges, peers=peers))
            key, value = group_key(stage, period.id, entry), weighted_sum(nodes)
            if key is not None and value is not None and not reasons_of(nodes):
                found[key] = value
    return found
