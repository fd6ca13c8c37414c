"""The rows of the draws of order (docs/draw.md), played: seeds, lists, orders, seats, and what was voided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .bundle import sha256
from .codes import Body, Competing, listed
from .lots import Seat, by_lot, digest_of_list, is_plain, seats_after
from .values import of_two

Data = dict[str, Any]
Fields = Mapping[str, frozenset[str] | None]
"""By stage, where a former stage decides who takes part: who does by the published marks; None can't be worked out."""
CHANGES = frozenset({"mark", "correction", "fact", "factor", "measure", "veto", "withdrawal", "recusal"})
FieldAt = Callable[[str, int], frozenset[str] | None]
"""(stage, row number) -> who took part in the stage by the rows before that one; None: it can't be worked out."""
Words = tuple[str, str]
"""A sentence in Chinese and in English."""


@dataclass(slots=True)
class Draw:
    """One draw: what its `seed` row commits to, who competed then without a place, and its `order` row.

    `seq`: the commitment's row; `changed`: the rows after it that can let others advance.
    """

    committed: Data
    awaited: frozenset[str]
    seq: int = 0
    changed: list[int] = field(default_factory=list)
    revealed: Data | None = None
    is_void: bool = False


@dataclass(slots=True)
class Orders:
    """The event's draws by stage and number, what is wrong with them, and the seats they give."""

    fields: Fields = field(default_factory=dict)
    draws: dict[tuple[str, int], Draw] = field(default_factory=dict)
    wrong: dict[str, list[Words]] = field(default_factory=lambda: defaultdict(list))
    seats: list[Seat] = field(default_factory=list)
    deciding: Mapping[str, frozenset[str]] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)
    stale: list[Draw] = field(default_factory=list)

    def commit(self, body: Body, competing: frozenset[str]) -> None:
        """A `seed` row: the next number of its stage, while no other seed of the stage waits to be revealed."""
        data = body["data"]
        earlier = [draw for (stage, _), draw in self.draws.items() if stage == data["stage"]]
        live = [draw for draw in earlier if not draw.is_void]
        if data["draw"] != len(earlier) + 1 or any(draw.revealed is None for draw in live):
            self._tell("seed", data, "同一次抽签承诺了不止一个种子", "more than one seed was committed to")
        placed = {code for draw in live if draw.revealed for code in draw.revealed["order"]}
        self.draws.setdefault((data["stage"], data["draw"]), Draw(data, competing - placed, body["seq"]))

    def void(self, data: Data) -> None:
        """A `void` row: of a draw that was live, by two persons; its seats are gone."""
        draw = self.draws.get((data["stage"], data["draw"]))
        if draw is None or draw.is_void:
            self._tell("void", data, "作废的抽签不存在，或者已经作废", "no draw that counted was voided")
            return
        if not of_two(data):
            self._tell("void", data, "作废不是两个人办理的", "it was voided by one person, or without a reason")
        draw.is_void = True
        self.seats = [seat for seat in self.seats if (seat.stage, seat.draw) != (data["stage"], data["draw"])]

    def unlock(self, data: Data) -> None:
        """An `unlock` row: what is drawn for a stage that it helps to decide, and not marked yet, must be voided."""
        for (stage, _), draw in self.draws.items():
            if data["stage"] in self.deciding.get(stage, ()) and stage not in self.marked and not draw.is_void:
                self.stale.append(draw)

    def reveal(self, data: Data) -> None:
        """An `order` row: of a seed that was committed to, and not revealed before."""
        draw = self.draws.get((data["stage"], data["draw"]))
        if draw is None or draw.is_void:
            self._tell("seed", data, "种子公开以前没有承诺", "the seed was revealed before it was committed to")
            return
        if draw.revealed is not None:
            self._tell("seed", data, "同一次抽签公开了两次", "it was revealed twice")
            return
        draw.revealed = data
        if sha256(data["seed"].encode()) != draw.committed["commitment"]:
            self._tell("seed", data, "公开的种子不是承诺的那个", "the seed is not the one committed to")
        self._compare_list(draw, data)
        order = data["order"]
        if not is_plain(data["seed"], data["public"], *order) or by_lot(data["seed"], data["public"], order) != order:
            self._tell("order", data, "顺序不是种子抽出来的", "the order is not what the seed gives")
        stations = draw.committed["stations"]
        if stations < 1:
            self._tell("order", data, "工位数不是正数", "it has no stations")
            return
        self.seats += seats_after(self.seats, data["stage"], data["draw"], order, stations)

    def _compare_list(self, draw: Draw, data: Data) -> None:
        order, committed = data["order"], draw.committed
        said = (committed["list"], committed["entries"], committed["entries"])
        if (digest_of_list(order), len(order), len(set(order))) != said:
            self._tell("list", data, "抽签的名单不是承诺的那份", "the list drawn is not the one committed to")
        strange = set(order) - draw.awaited
        if away := strange if data["stage"] in self.fields else draw.awaited ^ set(order):
            codes = listed(away)
            chinese = f"名单与承诺时的参赛不一致：{codes}"
            self._tell("list", data, chinese, f"the list is not those who competed at the commitment: {codes}")

    def change(self, body: Body) -> None:
        """A row that may let others advance to the stages that are drawn already."""
        for (stage, _), draw in self.draws.items():
            if stage in self.fields and body["data"].get("stage") != stage:
                draw.changed.append(body["seq"])

    def compare_fields(self, field_at: FieldAt) -> list[str]:
        """Each list against who took part at its commitment, where a former stage decides it (`field_at`).

        Gives back the draws for which that can't be worked out.
        """
        unknown = []
        placed: dict[str, set[str]] = defaultdict(set)
        for (stage, number), draw in self.draws.items():
            if stage not in self.fields or draw.revealed is None:
                continue
            order, then = set(draw.revealed["order"]), field_at(stage, draw.seq)
            awaited = None if then is None else (then & draw.awaited) - (set() if draw.is_void else placed[stage])
            if not draw.is_void:
                placed[stage] |= order
            if awaited is None:
                unknown.append(f"{stage} #{number}")
            elif away := order ^ awaited:
                codes = listed(away)
                chinese = f"名单不是承诺时晋级的那些：{codes}"
                self._tell("list", draw.committed, chinese, f"the list is not those who had advanced then: {codes}")
        return unknown

    def gone(self) -> list[tuple[str, list[str], list[int]]]:
        """By stage: who was drawn and takes part no longer, and the rows after the draw that can have decided so."""
        found = []
        for stage, field_ in self.fields.items():
            live = [
                draw for (key, _), draw in self.draws.items() if key == stage and draw.revealed and not draw.is_void
            ]
            codes = {code for draw in live for code in (draw.revealed or {})["order"]}
            if field_ is not None and codes - field_:
                found.append((stage, sorted(codes - field_), sorted({seq for draw in live for seq in draw.changed})))
        return found

    def _tell(self, code: str, data: Data, chinese: str, english: str) -> None:
        name = f"{data['stage']} #{data['draw']}"
        self.wrong[code].append((f"{name} {chinese}", f"{name}: {english}"))


def collect_orders(
    rows: list[Body], fields: Fields, deciding: Mapping[str, frozenset[str]] | None = None
) -> tuple[Orders, frozenset[str]]:
    """Plays the rows; gives the draws, and the codes that compete at the end."""
    orders, competing = Orders(fields, deciding=deciding or {}), Competing()
    for body in rows:
        competing.see(body)
        kind, data = body["kind"], body["data"]
        if kind == "seed":
            orders.commit(body, competing.codes)
        elif kind == "order":
            orders.reveal(data)
        elif kind == "void":
            orders.void(data)
        elif kind == "unlock":
            orders.unlock(data)
        elif kind in CHANGES:
            orders.change(body)
        if kind == "mark":
            orders.marked.add(data["stage"])
    return orders, competing.codes


def deciding_of(rules: Data) -> dict[str, frozenset[str]]:
    """By stage behind a cut: the stages whose result decides who takes part in it."""
    found: dict[str, frozenset[str]] = {}
    former: list[str] = []
    last: list[str] = []
    for stage in rules.get("stages", []):
        if last:
            found[stage["id"]] = frozenset(last)
        former.append(stage["id"])
        if stage.get("advance"):
            last = list(former)
    return found
