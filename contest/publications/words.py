"""Rows of a snapshot in the words of the page's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contest.i18n import N_, gettext
from contest.standings.slip import STATUS_WORDS
from contest.standings.words import decision_sentence


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One line of a result or a board, ready to print."""

    key: str
    code: str
    name: str
    unit: str
    rank: str
    tied: bool
    total: str
    stages: Mapping[str, str]
    is_ranked: bool
    status: str
    barred: tuple[str, ...]
    decided: str
    sheets: tuple[int, int]
    move: int | None
    scales: Mapping[str, str]
    class_title: str


def row_view(row: Mapping[str, Any]) -> PublicRow:
    """A row of a result or board document."""
    decided = row.get("decided")
    done, asked = row.get("sheets", (0, 0))
    return PublicRow(
        key=row.get("key", row.get("code", "")),
        code=row.get("code", ""),
        name=row["name"],
        unit=row["unit"],
        rank=row["rank"] or "",
        tied=row["tied"],
        total=row["total"] or "",
        stages={key: value or "" for key, value in row["stages"].items()},
        is_ranked=row["rank"] is not None,
        status=gettext(STATUS_WORDS[row["status"]]),
        barred=tuple(item["title"] for item in row.get("barred", ())),
        decided="" if not decided else _decided(decided),
        sheets=(done, asked),
        move=row.get("move"),
        scales={key: value or "" for key, value in row.get("scales", {}).items()},
        class_title=row.get("class", ""),
    )


STATE_WORDS = {
    "waiting": N_("还没有开始评分"),
    "live": N_("暂定，随时会变"),
    "locked": N_("评分已锁定，等待发布"),
    "final": N_("比赛结束"),
}
PODIUM = ("1", "2", "3")


def board_words(document: Mapping[str, Any], *, shown: int, clock: str) -> list[str]:
    """The state of a board in words: what it is, how far the judges are, how old the data is."""
    done, asked = document["sheets"]
    words = [gettext(STATE_WORDS[document["state"]])]
    if asked and document["state"] != "waiting":
        words.append(gettext("评分表 %(done)s/%(all)s") % {"done": done, "all": asked})
    if shown < len(document["rows"]):
        words.append(gettext("前 %(shown)s 名，共 %(all)s") % {"shown": shown, "all": len(document["rows"])})
    else:
        words.append(gettext("参赛 %(n)s") % {"n": shown})
    return [*words, gettext("%(time)s 更新") % {"time": clock}]


def board_table(rows: Sequence[PublicRow]) -> list[dict[str, Any]]:
    """The rows as the macro `board` of the design system takes them."""
    return [
        {
            "key": row.key,
            "rank": row.rank,
            "tied": row.tied,
            "name": row.name,
            "unit": _under_name(row),
            "total": row.total if row.is_ranked and row.total else None,
            "move": row.move if row.is_ranked else 0,
            "moved": bool(row.move),
            "top": row.rank in PODIUM,
        }
        for row in rows
    ]


def _under_name(row: PublicRow) -> str:
    """The unit; while sheets are missing, how many are in and what they add up to so far."""
    done, asked = row.sheets
    if row.is_ranked or not asked:
        return row.unit
    parts = {"done": done, "all": asked, "total": row.total}
    text = gettext("已评 %(done)s/%(all)s 份，暂计 %(total)s") if row.total else gettext("已评 %(done)s/%(all)s 份")
    return f"{row.unit} {text % parts}".strip()


def _decided(decided: Mapping[str, Any]) -> str:
    pairs = [(code, value) for code, value in decided["compared"]]
    return decision_sentence(decided["by"], decided["title"], decided["direction"], pairs)
