"""Standings as flat rows, the same for every output format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contest.core.awarding import AwardGrant
from contest.core.ruleset import RuleSet
from contest.core.scoring import Result, Standing


@dataclass(frozen=True, slots=True)
class EventStandings:
    """One event: its result, the labels of its entries (code -> name, unit) and its awards."""

    event: str
    result: Result
    labels: Mapping[str, tuple[str, str]]
    awards: tuple[AwardGrant, ...]


def rows_of(rules: RuleSet, event: EventStandings) -> Iterator[dict[str, str]]:
    """Give one row per entry in published order; every value is a text, empty where there is none."""
    titles = {award.id: award.title or award.id for award in rules.awards}
    awards: dict[str, str] = {}
    for grant in event.awards:  # an award may stand beside another
        awards[grant.entry] = ", ".join(filter(None, (awards.get(grant.entry, ""), titles[grant.award_id])))
    for standing in event.result.standings:
        name, unit = event.labels.get(standing.entry, ("", ""))
        stages = {f"stage:{key}": _text(total) for key, total in standing.stage_totals.items()}
        yield {
            "event": event.event, "rank": standing.rank or "", "entry": standing.entry,
            "name": name, "unit": unit, "total": _text(standing.published), **stages,
            "status": standing.status, "tied": "1" if standing.tied else "",
            "decided_by": _decision(standing), "award": awards.get(standing.entry, ""),
            "barred_by": ", ".join(standing.award_barred), "reasons": _reasons(standing),
        }  # fmt: skip


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _decision(standing: Standing) -> str:
    decision = standing.decided_by
    return "" if decision is None else f"{decision.by} {decision.ref}".strip()


def _reasons(standing: Standing) -> str:
    """Codes with their places, each once: `mark_missing theory/T1/1 J3`."""
    texts = (
        f"{reason.code} {reason.stage}/{reason.aspect}/{reason.repetition} {reason.judge}".strip()
        if reason.aspect
        else f"{reason.code} {reason.stage}".strip()
        for reason in standing.reasons
    )
    return "; ".join(dict.fromkeys(texts))
