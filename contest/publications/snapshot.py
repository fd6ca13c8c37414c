"""What a publication says, as plain JSON: everything the public page prints, and nothing else.

Numbers are texts. The document's bytes are kept and their SHA-256 is the publication's digest; docs/bundle.md lists
the fields.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from contest.competitions.models import Competition, Event
from contest.core.ranking import Decision
from contest.core.ruleset import RuleSet
from contest.core.scoring import Standing
from contest.entries.models import Entry
from contest.standings.scales import Scale, scales_of
from contest.standings.services import Computation
from contest.standings.slip import compared_title
from contest.standings.words import number

Document = dict[str, Any]


def encode(document: Mapping[str, object]) -> str:
    """The one text of a snapshot: sorted keys, no blanks."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """SHA-256 of a document's text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def heading(competition: Competition, event: Event) -> Document:
    """Titles that every public document begins with."""
    return {
        "schema": 1,
        "competition": {
            "id": competition.id,
            "title": competition.title,
            "title_en": competition.title_en,
            "host": competition.host,
        },
        "event": {"id": event.id, "title": event.title, "title_en": event.title_en},
    }


def in_start_order(computation: Computation) -> list[Standing]:
    """The standings in rank order; within one rank, and among the unranked, by number: names are open now, and a
    start list is how people look somebody up.
    """

    def number_of(standing: Standing) -> tuple[int, str]:
        number = computation.by_code[standing.entry].number
        return len(number), number

    groups = groupby(computation.result.standings, key=lambda standing: (standing.rank, standing.status))
    return [standing for _, group in groups for standing in sorted(group, key=number_of)]


def result_document(
    competition: Competition, event: Event, computation: Computation, *, digest: str, title: str, version: int, at: int
) -> Document:
    """The snapshot of version `version`, made at `at` (milliseconds); unsealed: codes beside names and units.

    digest: under which the rule set was adopted.
    """
    rules = computation.rules
    by_code = computation.by_code
    standings = in_start_order(computation)
    scales = scales_of(rules, computation.result)
    rows = [_row(rules, by_code[standing.entry], standing, scales) for standing in standings]
    # only where the rules have scales or classes: the others' snapshots keep their shape
    beside: Document = {"scales": [_scale(scale) for scale in scales]} if scales else {}
    beside |= {"classes": {"ranked": rules.rank_within == "class"}} if rules.classes else {}
    return (
        heading(competition, event)
        | {
            "kind": "result",
            "title": title,
            "version": version,
            "at": at,
            "rules": {"digest": digest, "title": rules.title, "ranking": rules.ranking, "blind": rules.blind},
            "stages": [_stage(rules, stage.id) for stage in rules.stages],
            "judges": {stage: len(panel) for stage, panel in computation.panels.items()},
            "rows": rows,
        }
        | beside
    )


def _stage(rules: RuleSet, stage_id: str) -> Document:
    stage = rules.stage(stage_id)
    return {"id": stage.id, "title": stage.title or stage.id, "weight": format(stage.weight, "f")}


def _scale(scale: Scale) -> Document:
    return {"id": scale.id, "title": scale.title, "decides_medals": scale.decides_medals}


def _row(rules: RuleSet, entry: Entry, standing: Standing, scales: Sequence[Scale]) -> Document:
    beside: Document = {"class": rules.class_title(standing.class_id)} if rules.classes else {}
    beside |= {"scales": {scale.id: scale.shown(standing.entry) or None for scale in scales}} if scales else {}
    titles = {veto.id: veto.title or veto.id for veto in rules.vetoes}
    return {
        "code": standing.entry,
        "number": entry.number,
        "name": entry.name,
        "unit": entry.unit,
        "rank": standing.rank,
        "tied": standing.tied,
        "total": text(standing.published),
        "stages": {key: text(value) for key, value in standing.stage_totals.items()},
        "status": standing.status,
        "reasons": list(dict.fromkeys(reason.code for reason in standing.reasons)),
        "barred": [{"id": veto, "title": titles[veto]} for veto in standing.award_barred],
        "decided": None if standing.decided_by is None else decision_document(rules, standing.decided_by),
    } | beside


def decision_document(rules: RuleSet, decision: Decision) -> Document:
    """What separated equal totals; the title of what was compared is written out, for readers without the rules."""
    return {
        "by": decision.by,
        "title": compared_title(rules, decision),
        "direction": decision.direction,
        "compared": [[code, number(value)] for code, value in decision.compared],
    }


def text(value: Decimal | None) -> str | None:
    """A published number as it is printed."""
    return None if value is None else format(value, "f")
