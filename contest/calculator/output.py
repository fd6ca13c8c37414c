"""Standings as CSV, XLSX or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from contest.calculator.rows_out import EventStandings, rows_of
from contest.core.ruleset import RuleSet
from contest.documents.workbook import Column, export_csv, export_rows
from contest.errors import InvalidError
from contest.i18n import N_

_FIXED = (
    ("event", "竞赛项目"), ("rank", "名次"), ("entry", "参赛编号"), ("name", "名称"), ("unit", "单位"),
    ("total", "总分"),
)  # fmt: skip
_LAST = (
    ("status", "状态"), ("tied", "并列"), ("decided_by", "同分依据"), ("award", "奖项"), ("barred_by", "一票否决"),
    ("reasons", "原因"),
)  # fmt: skip


def _columns(rules: RuleSet) -> list[Column]:
    stages = [(f"stage:{stage.id}", stage.title or stage.id) for stage in rules.stages]
    pairs = (*_FIXED, *stages, *_LAST)
    return [Column(key=key, title_zh=title, title_en=key) for key, title in pairs]


def standings_csv(rules: RuleSet, events: Sequence[EventStandings]) -> bytes:
    """UTF-8 with a mark; column titles are the keys of docs/marks-file.md."""
    return export_csv(_columns(rules), [row for event in events for row in rows_of(rules, event)], language="en")


def standings_xlsx(rules: RuleSet, events: Sequence[EventStandings]) -> bytes:
    """One sheet; totals stay text so that no digit is lost."""
    rows = [row for event in events for row in rows_of(rules, event)]
    return export_rows(_columns(rules), rows, title="名次", language="zh")


def standings_json(rules: RuleSet, events: Sequence[EventStandings]) -> bytes:
    """The rows and, per entry, how the total came about, as exact texts; with the digest of the rules."""
    found = [
        {
            "event": event.event,
            "standings": list(rows_of(rules, event)),
            "explanations": [event.result.explain(row.entry).plain() for row in event.result.standings],
        }
        for event in events
    ]
    document = {"rule_set": {"title": rules.title, "digest": rules.digest}, "events": found}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def write_standings(rules: RuleSet, events: Sequence[EventStandings], path: Path) -> None:
    """Write by the file's ending; InvalidError for any other than .csv, .xlsx and .json."""
    writers = {".csv": standings_csv, ".xlsx": standings_xlsx, ".json": standings_json}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise InvalidError(N_("输出文件应以 .csv、.xlsx 或 .json 结尾，不能是“%(name)s”。"), name=path.name)
    path.write_bytes(writer(rules, events))
