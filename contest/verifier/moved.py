"""What could change a locked result without touching a mark: another rule set, and a recusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .report import Report
from .values import are_two

if TYPE_CHECKING:
    from .facts import Facts

Periods = set[tuple[str, str]]


def moves(facts: Facts, body: dict[str, Any], periods: Periods) -> bool:
    """Whether a row, after those that are played already, does so without two persons or too late."""
    if body["kind"] == "adoption":
        return bool(facts.rules) and (periods <= facts.locked or not are_two(body["data"], "approved_by"))
    return body["kind"] == "recusal" and _is_taken_out(facts, body["data"], periods)


def _is_taken_out(facts: Facts, data: dict[str, Any], periods: Periods) -> bool:
    """One person takes a judge's marks out of a locked stage, or puts them back."""
    key = (data["entry"], data["stage"], data["judge"])
    changes = (key in facts.recused) == (data.get("state") == "lifted")
    is_locked = {place for place in periods if place[0] == data["stage"]} <= facts.locked
    if not changes or not is_locked or are_two(data):
        return False
    return any((entry, stage, judge) == key for entry, stage, _, _, _, judge in facts.marks)


def check_moved(facts: Facts, report: Report) -> bool:
    """Tells the rows that `moves` found."""
    rows = "、".join(map(str, facts.moved[:10]))
    return report.check(
        not facts.moved,
        "moved",
        ("评分办法没有在锁定以后或由一个人换过，锁定的分数没有因回避去掉",
         "no rule set was replaced after the lock or by one person, and no recusal took locked marks out"),
        (f"评分办法在锁定以后或由一个人换过，或锁定的分数因回避去掉：第 {rows} 条",
         f"rules replaced after the lock or by one person, or locked marks taken out by a recusal: rows {rows}"),
    )  # fmt: skip
