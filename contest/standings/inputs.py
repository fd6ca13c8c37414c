"""What scoring needs of an event's entries, gathered from the features below in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from sqlmodel import Session

from contest.competitions.models import Event
from contest.core.marks import EntryInput, Place
from contest.core.ruleset import RuleSet
from contest.entries.detail import declared_places, facts_in
from contest.entries.models import Entry
from contest.entries.queries import factors_of, vetoes_of
from contest.judging.queries import recusals_of


def code_of(entry: Entry) -> str:
    """The code under which the entry is scored; before the draw a stand-in that no code can be."""
    return entry.code or f"?{entry.number}"


def entry_inputs(session: Session, event: Event, rules: RuleSet, entries: Sequence[Entry]) -> list[EntryInput]:
    """The entries as the core knows them: a code, factors, vetoes, facts, recusals; no names.

    A class or wild card that the rules in force no longer know counts for nothing: a change of the rule set must not
    leave an event that can't be computed.
    """
    factors, vetoes, recused = _factors(session, event), _vetoes(session, event), recusals_of(session, event)
    classes = {item.id for item in rules.classes}
    cuts = {stage.id for stage in rules.stages if stage.advance is not None}
    inputs = []
    for entry in entries:
        facts, own = facts_in(entry.detail), factors.get(entry.id, {})
        inputs.append(
            EntryInput(
                code=code_of(entry),
                factors=own,
                vetoes=tuple(vetoes.get(entry.id, ())),
                measures=facts.measures,
                expected=declared_places(rules.stages, own, facts),
                draw=facts.lot,
                recused=recused.get(entry.code or "", frozenset()),
                class_id=facts.class_id if facts.class_id in classes else "",
                absent=facts.absent,
                late=facts.late,
                wild_cards={stage: why for stage, why in facts.wild_cards.items() if stage in cuts},
                categories=facts.categories,
                held=facts.held,
            )
        )
    return inputs


def _factors(session: Session, event: Event) -> dict[str, dict[Place, Decimal]]:
    found: dict[str, dict[Place, Decimal]] = defaultdict(dict)
    for entry, factor in factors_of(session, event):
        found[entry.id][factor.stage_key, factor.aspect, factor.repetition] = Decimal(factor.value)
    return found


def _vetoes(session: Session, event: Event) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry, veto in vetoes_of(session, event):
        if veto.veto not in found[entry.id]:
            found[entry.id].append(veto.veto)
    return found
