"""What scoring needs of an event's entries, gathered from the features below in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlmodel import Session

from contest.competitions.models import Event
from contest.core.marks import EntryInput, Place
from contest.core.ruleset import RuleSet
from contest.entries.detail import Facts, declared_places, facts_in
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
    return [
        input_of(
            rules, code_of(entry), facts_in(entry.detail), factors.get(entry.id, {}), vetoes.get(entry.id, ()),
            recused.get(entry.code or "", frozenset()),
        )
        for entry in entries
    ]  # fmt: skip


def input_of(
    rules: RuleSet, code: str, facts: Facts, factors: Mapping[Place, Decimal], vetoes: Sequence[str],
    recused: frozenset[tuple[str, str]],
) -> EntryInput:  # fmt: skip
    """One entry as the core takes it."""
    cuts = {stage.id for stage in rules.stages if stage.advance is not None} if facts.wild_cards else set()
    return EntryInput(
        code=code,
        factors=factors,
        vetoes=tuple(vetoes),
        measures=facts.measures,
        expected=declared_places(rules.stages, factors.keys(), facts),
        draw=facts.lot,
        recused=recused,
        class_id=facts.class_id if any(item.id == facts.class_id for item in rules.classes) else "",
        absent=facts.absent,
        late=facts.late,
        wild_cards={stage: why for stage, why in facts.wild_cards.items() if stage in cuts},
        categories=facts.categories,
        held=facts.held,
    )


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
