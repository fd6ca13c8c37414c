"""Recusals that took marks out of the result: by two persons, or found by the platform itself, never by one person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from .report import Report
from .values import of_two

Key = tuple[str, str, str]
"""Entry, stage, judge."""
Body = dict[str, Any]


@dataclass(slots=True)
class Recused:
    """The rows that took a judge's marks out, by who made them.

    `itself`: the platform says that it found them (own unit, a declared conflict). `unsaid`: rows from before rows
    said so, in an event of which no row of the formalities names the rule.
    """

    pairs: list[int] = field(default_factory=list)
    itself: list[int] = field(default_factory=list)
    unsaid: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)
    rules: bool = False
    _marks: dict[Key, set[tuple[str, str, int]]] = field(default_factory=lambda: defaultdict(set))
    _standing: set[Key] = field(default_factory=set)

    def see(self, body: Body) -> None:
        kind, data = body["kind"], body["data"]
        if kind in ("mark", "correction"):
            self._mark(data)
        elif kind == "recusal":
            self._recusal(body["seq"], data)
        elif kind == "formalities":
            self.rules = self.rules or data.get("recuses_in_pairs") == 1

    def _mark(self, data: Body) -> None:
        """A mark that another hand took back counts here as given, or one person could do both in two steps."""
        places = self._marks[_key(data)]
        place = (data["period"], data["aspect"], data["repetition"])
        if data["state"] != "missing":
            places.add(place)
        elif data.get("by", data["judge"]) == data["judge"]:
            places.discard(place)

    def _recusal(self, seq: int, data: Body) -> None:
        key = _key(data)
        if data.get("state") == "lifted":
            if key in self._standing and self._marks[key] and not of_two(data):
                (self.alone if self.rules else self.unsaid).append(seq)
            self._standing.discard(key)
            return
        if key not in self._standing and self._marks[key]:
            self._sort(data).append(seq)
        self._standing.add(key)

    def _sort(self, data: Body) -> list[int]:
        if of_two(data):
            return self.pairs
        if data.get("automatic") == 1:
            return self.itself
        return self.alone if self.rules or "automatic" in data else self.unsaid


def _key(data: Body) -> Key:
    return data["entry"], data["stage"], data["judge"]


def check_recused(rows: list[Body], report: Report) -> None:
    """After a judge's first mark for an entry, no single person kept them from it."""
    found = Recused()
    for body in rows:
        found.see(body)
    pairs, wrong = _rows(found.pairs), _rows(found.alone)
    report.check(
        not found.alone,
        "recused",
        (f"裁判评过分以后登记的回避都由两个人办理：{len(found.pairs)} 次，第 {pairs} 条",
         f"recusals by hand after marks of that judge were made by two persons: {len(found.pairs)}, rows {pairs}"),
        (f"有人一个人登记或取消回避，去掉或放回了裁判已评的分：第 {wrong} 条",
         f"marks were taken out, or put back, by one person's word on a recusal: rows {wrong}"),
    )  # fmt: skip
    if found.itself:
        seqs = _rows(found.itself)
        report.note(
            "recused",
            f"裁判评过分以后，平台自己查出回避（本单位、申报），这些分不再计入：第 {seqs} 条；"
            "裁判的单位和申报不在核验包里",
            f"recusals that the platform says it found itself (own unit, declared) took marks out: rows {seqs};"
            " units and declarations of judges are not in the bundle",
        )
    if found.unsaid:
        seqs = _rows(found.unsaid)
        report.note(
            "recused",
            f"裁判评过分以后有回避或取消回避，那时的流水不记由谁办理：第 {seqs} 条",
            f"recusals after marks, made or lifted, from before the ledger told who did so: rows {seqs}",
        )


def _rows(seqs: list[int]) -> str:
    return "、".join(map(str, seqs[:10])) or "—"
