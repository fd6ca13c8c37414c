"""The draws of order and stations (docs/draw.md): committed to first, revealed as committed, drawn as the seed says."""

from __future__ import annotations

from .bundle import Bundle
from .codes import Body, listed
from .draws import FieldAt, Fields, Orders, Words, collect_orders, deciding_of
from .report import Report


def check_orders(
    bundle: Bundle, rows: list[Body], report: Report, fields: Fields | None = None, field_at: FieldAt | None = None
) -> None:
    """Every draw of order against its seed, and the seats that the platform shows against the order.

    fields: who takes part in the stages to which entries advance (`results.fields_of`); field_at: who did then.
    """
    orders, competing = collect_orders(rows, fields or {}, deciding_of(bundle.rules))
    unknown = orders.compare_fields(field_at or (lambda _stage, _seq: None))
    report.seats = orders.seats
    _compare_seats(bundle, orders, report)
    if not orders.draws and not orders.wrong:
        report.absent(
            "order",
            "流水里没有出场顺序的抽签：现场如果抽过，不能从核验包证明",
            "the ledger records no draw of order: if one was made, this bundle proves nothing of it",
        )
        return
    open_draws = [key for key, draw in orders.draws.items() if draw.revealed is None and not draw.is_void]
    void = sum(draw.is_void and draw.revealed is None for draw in orders.draws.values())
    count = len(orders.draws) - len(open_draws) - void
    _report(report, orders, count)
    for stage, number in open_draws:
        report.note(
            "sealed",
            f"顺序抽签 {stage} #{number} 没有核对，因为种子还没有公开",
            f"the draw of order {stage} #{number} was not checked, because its seed is not revealed yet",
        )
    if free := [
        f"{stage} #{n}" for (stage, n), draw in orders.draws.items() if (draw.revealed or {}).get("public") == ""
    ]:
        told = listed(free)
        report.note(
            "chosen",
            f"种子是不是平台挑出来的没有核对，因为没有混入公开值：{told}",
            f"whether the platform picked the seed was not checked, because no public value was mixed in: {told}",
        )
    for name in unknown:
        report.note(
            "advanced",
            f"{name}：抽签的名单是不是晋级的名单没有核对，因为当时的晋级不能重算",
            f"{name}: whether those who advanced were drawn was not checked, because who had advanced then can't be"
            " recomputed",
        )
    _tell_voided(orders, report)
    _tell_unplaced(orders, competing, report)


def _tell_unplaced(orders: Orders, competing: frozenset[str], report: Report) -> None:
    for stage in dict.fromkeys(stage for stage, _ in orders.draws):
        if late := (orders.fields.get(stage) or competing) - {
            seat.code for seat in orders.seats if seat.stage == stage
        }:
            report.note(
                "unplaced",
                f"{stage}：{len(late)} 个号码的次序没有核对，因为没有抽过顺序：{listed(late)}",
                f"{stage}: the place of {len(late)} codes was not checked, because no draw holds them: {listed(late)}",
            )


def _tell_voided(orders: Orders, report: Report) -> None:
    """What became of draws after the stage that decided their list was opened again."""
    void = [f"{stage} #{number}" for (stage, number), draw in orders.draws.items() if draw.is_void]
    wrong = [f"{d.committed['stage']} #{d.committed['draw']}" for d in orders.stale if not d.is_void]
    bad = orders.wrong.get("void", [])
    if wrong:
        bad = [*bad, (f"前面阶段解锁以后没有作废：{listed(wrong)}", f"not voided after an unlocking: {listed(wrong)}")]
    if void or bad:
        report.check(
            not bad,
            "void",
            (f"前面阶段解锁以后，它决定名单的抽签都由两个人作废：{listed(void)}",
             f"draws whose list was open again after an unlocking were voided by two persons: {listed(void)}"),
            ("；".join(chinese for chinese, _ in bad), "; ".join(english for _, english in bad)),
        )  # fmt: skip
    for stage, codes, rows in orders.gone():
        told, seqs = listed(codes), "、".join(map(str, rows[:10]))
        report.good(
            "gone",
            f"{stage}：抽签以后有改动（第 {seqs} 条），抽过签而不再参赛的：{told}",
            f"{stage}: rows {seqs} after the draw changed who takes part; drawn, and taking part no longer: {told}",
        )


def _report(report: Report, orders: Orders, count: int) -> None:
    seats = len(orders.seats)
    heats = len({(seat.stage, seat.heat) for seat in orders.seats})
    good: dict[str, Words] = {
        "seed": (
            f"{count} 次顺序抽签：种子都是先承诺、后公开，与承诺相符",
            f"{count} draws of order: each seed was committed to first, and revealed as it was committed to",
        ),
        "list": (
            "抽签的名单就是承诺的名单，承诺时的参赛一个不多，一个不少",
            "the lists drawn are those committed to: all who competed then, nobody else",
        ),
        "order": (
            f"按公开的种子重抽，{seats} 个号码的顺序逐个一致，共 {heats} 场",
            f"drawn again from the revealed seeds: the order of all {seats} codes is the same, in {heats} heats",
        ),
    }
    for code, words in good.items():
        told = orders.wrong.get(code, [])
        bad = ("；".join(chinese for chinese, _ in told[:5]), "; ".join(english for _, english in told[:5]))
        if count or told:
            report.check(not told, code, words, (f"顺序抽签不符：{bad[0]}", f"draw of order: {bad[1]}"))


def _compare_seats(bundle: Bundle, orders: Orders, report: Report) -> None:
    """What the platform shows as seats: the wall list and the judges' lists are printed from it."""
    if bundle.seats is None:
        if orders.seats:
            report.note(
                "seats",
                "场次和工位没有核对，因为核验包里没有 seats.json；可用 --order 列出，与张贴的出场表对照",
                "heats and stations were not checked, because the bundle has no seats.json; --order lists them, to be"
                " held against the list on the wall",
            )
        return
    names = ("stage", "draw", "position", "heat", "station", "code")
    told = [tuple(seat[name] for name in names) for seat in bundle.seats]
    found = [(seat.stage, seat.draw, seat.position, seat.heat, seat.station, seat.code) for seat in orders.seats]
    wrong = set(told) ^ set(found)
    if told or found:
        codes = listed({f"{seat[0]} {seat[-1]}" for seat in wrong})
        report.check(
            not wrong and len(told) == len(found),
            "seats",
            (
                f"{len(found)} 个号码的场次和工位与抽签结果一致",
                f"heats and stations of all {len(found)} codes follow from the draw",
            ),
            (f"场次或工位与抽签结果不符：{codes}", f"heats or stations do not follow from the draw: {codes}"),
        )
