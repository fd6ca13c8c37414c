"""A table computed (contest.core.series decides) and written down as the document that the public will read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from contest.competitions.models import Competition
from contest.core.problems import CoreError
from contest.core.ranking import Decision
from contest.core.series import Counted, Part, SeriesRow, rank_series
from contest.core.series_rules import SeriesRule
from contest.errors import ConflictError
from contest.i18n import N_
from contest.overall.models import OverallRule, OverallTable
from contest.overall.sources import Row, Source
from contest.standings.words import number

Document = dict[str, Any]
_Rows = Mapping[tuple[str, str], Row]
"""(event, blind code of the row, or unit where a unit is a person) -> the published row."""


def tally(rule: SeriesRule, sources: Sequence[Source]) -> Document:
    """The part of the document that the results decide: events, rows, titles of awards, how many counted for nobody.

    Raises:
        ConflictError: two persons of one name and unit in an event, or shared ranks that have no points.
    """
    _require_own_ranks(rule, sources)
    rows = {_key(rule, source, row): row for source in sources for row in source.rows_of(rule)}
    items = [row.item(rule, source.event.id) for source in sources for row in source.rows_of(rule)]
    try:
        found = rank_series(rule, items)
    except CoreError as error:
        raise _told(error, {source.event.id: source.event.title for source in sources}) from error
    left_out = sum(rule.of == "unit" and not row.unit and row.rank is not None for s in sources for row in s.rows)
    return {
        "events": [_event(source) for source in sources],
        "awards": {key: title for row in rows.values() for key, title in row.awards.items()},
        "rows": [_row(rule, row, rows) for row in found],
        "left_out": left_out,
    }


def _require_own_ranks(rule: SeriesRule, sources: Sequence[Source]) -> None:
    """Where each class has its own first, equal ranks of two classes are no tie that could share points."""
    event = next((source.event.title for source in sources if source.ranks_by_class), None)
    if event is not None and rule.by == "rank" and rule.tied_points == "share":
        text = N_("“%(event)s”的名次按组别分别排列，并列名次不能均分积分。请改为“各得该名次的积分”。")
        raise ConflictError(text, event=event)


def _told(error: CoreError, titles: Mapping[str, str]) -> ConflictError:
    event = titles.get(str(error.params.get("source")), "")
    if error.code == "rank_not_whole":
        return ConflictError(
            N_("“%(event)s”的并列名次不是整数（例如 2.5），不能按名次查积分表。请改为按总分计算。"), event=event
        )
    name = str(error.params.get("unit")).replace("\n", "（") + "）"
    return ConflictError(
        N_("“%(event)s”里有两名“%(name)s”，分不清是谁。请先在报名里把姓名写得能区分，再重新发布那个项目的成绩。"),
        event=event, name=name,
    )  # fmt: skip


def _key(rule: SeriesRule, source: Source, row: Row) -> tuple[str, str]:
    return source.event.id, row.code if rule.of == "unit" else row.unit_of(rule)


def _event(source: Source) -> Document:
    event = source.event
    return {
        "id": event.id, "title": event.title, "title_en": event.title_en, "weight": format(source.weight, "f"),
        "version": source.version, "digest": source.digest, "inputs": source.inputs, "lacks": source.lacks,
    }  # fmt: skip


def _row(rule: SeriesRule, row: SeriesRow, rows: _Rows) -> Document:
    name, _, unit = row.unit.partition("\n")
    return {
        "name": name, "unit": unit, "rank": row.rank, "tied": row.tied, "missing": row.missing,
        "total": None if row.published is None else format(row.published, "f"),
        "decided": None if row.decided_by is None else _decision(row.decided_by),
        "events": [_counted(rule, row.unit, part, rows) for part in row.items],
    }  # fmt: skip


def _decision(decision: Decision) -> Document:
    compared = [[unit.partition("\n")[0], number(value)] for unit, value in decision.compared]
    return {"by": decision.by, "ref": decision.ref, "direction": decision.direction, "compared": compared}


def _counted(rule: SeriesRule, unit: str, counted: Counted, rows: _Rows) -> Document:
    return {
        "event": counted.source, "points": number(counted.points), "weighted": number(counted.weighted),
        "counts": counted.counts, "short": counted.short,
        "members": [
            _member(part, rows[counted.source, part.item.member if rule.of == "unit" else unit])
            for part in counted.parts
        ],
    }  # fmt: skip


def _member(part: Part, row: Row) -> Document:
    return {
        "code": row.code, "name": row.name, "rank": row.rank, "total": row.total, "awards": list(row.awards.values()),
        "points": number(Fraction(part.points)), "counts": part.counts,
    }  # fmt: skip


def document_of(
    competition: Competition, table: OverallTable, version: OverallRule, rule: SeriesRule, tallied: Document
) -> Document:
    """The whole document but for its version and time, which the publication adds."""
    return {
        "schema": 1, "kind": "overall", "table": table.id, "title": rule.title, "title_en": table.title_en,
        "competition": {
            "id": competition.id, "title": competition.title, "title_en": competition.title_en,
            "host": competition.host,
        },
        "rule": {
            "version": version.version, "digest": version.digest, "adopted_at": _milliseconds(version.adopted_at),
            "document": rule.plain(),
        },
    } | tallied  # fmt: skip


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)
