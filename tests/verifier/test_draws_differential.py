"""Two programs, written apart from docs/draw.md and docs/bundle.md, draw the same from any seed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.core import lots as core
from contest.core.canonical import digest
from contest.core.review import review_drawn, review_sample, review_seed
from contest.entries import codes
from contest.verifier.bundle import Bundle
from contest.verifier.codes import has_right_letter
from contest.verifier.lots import by_lot, digest_of_list, seats_after
from contest.verifier.orders import check_orders
from contest.verifier.report import Report
from contest.verifier.samples import check_samples

LINES = st.text(st.characters(exclude_characters="\n", exclude_categories=("Cs",)), max_size=12)
LISTS = st.lists(LINES, unique=True, min_size=1, max_size=60)
STAGE = "final"


@given(LINES, LINES, LISTS, st.integers(1, 9))
def test_order_digest_and_seats_of_any_list(seed: str, public: str, items: list[str], stations: int) -> None:
    order = core.draw_order(seed, public, items)
    assert by_lot(seed, public, reversed(items)) == order
    assert digest_of_list(items) == core.list_digest(items)
    here = [(seat.code, seat.position, seat.heat, seat.station) for seat in seats_after([], "s", 1, order, stations)]
    assert here == [(seat.item, seat.position, seat.heat, seat.station) for seat in core.seat(order, stations)]


@given(st.text("0123456789", min_size=1, max_size=9), st.sampled_from(codes.LETTERS + "BIOSZ7a"))
def test_a_check_letter_is_right_for_both_or_for_neither(digits: str, letter: str) -> None:
    assert has_right_letter(digits + letter) == (codes.make_code(digits) == digits + letter)
    assert has_right_letter(codes.make_code(digits))


Draws = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 5), LINES, LINES), min_size=1, max_size=4)


@given(Draws)
def test_draws_as_the_product_makes_them_pass_and_two_places_swapped_do_not(draws: list[Any]) -> None:
    """Later draws take those who came since; the rows are those of `contest.callroom.ordering`."""
    rows: list[dict[str, Any]] = []
    count = 0
    for number, (size, stations, seed, public) in enumerate(draws, 1):
        new = [codes.make_code(f"{n:03d}") for n in range(count, count + size)]
        count += size
        rows.append(_row("draw", entries=[{"code": code, "commitment": ""} for code in new]))
        rows.append(_row("seed", draw=number, commitment=core.seed_digest(seed), list=core.list_digest(new),
                         entries=size, stations=stations))  # fmt: skip
        rows.append(_row("order", draw=number, seed=seed, public=public, order=core.draw_order(seed, public, new)))
    report = Report()
    check_orders(_bundle(None), rows, report)
    assert report.is_good, report.text()
    assert [(seat.position, seat.code) for seat in report.seats] == [
        (position, code) for position, code in enumerate((c for r in rows[2::3] for c in r["data"]["order"]), 1)
    ]
    last = rows[-1]["data"]["order"]
    if len(last) > 1:
        last[0], last[-1] = last[-1], last[0]
        report = Report()
        check_orders(_bundle(None), rows, report)
        assert report.codes == ["order"]


@given(st.integers(1, 80), st.binary(min_size=32, max_size=32), LINES.filter(str.strip), st.integers(15, 100))
def test_samples_as_the_product_draws_them_pass_and_another_does_not(
    count: int, secret: bytes, words: str, percent: int
) -> None:
    ranked = [codes.make_code(f"{n:03d}") for n in range(count)]
    top, rest = ranked[:10], ranked[10:]
    root = "0" * 63 + "1"
    seed = review_seed(secret, words, root)
    sample = review_drawn(rest, review_sample(count, percent, top=10).sample, seed)
    rows = [
        _row("draw", entries=[{"code": code, "commitment": ""} for code in ranked]),
        _row("recheck", state="ordered", candidates=digest({"top": top, "rest": rest}), percent=percent, root=root,
             entries=count, commitment=hashlib.sha256(secret).hexdigest()),
        _row("recheck", state="drawn", secret=secret.hex(), words=words, seed=seed.hex(), top=top, sample=sample),
    ]  # fmt: skip
    for seq, row in enumerate(rows, 1):
        row["seq"] = seq
    bundle = _bundle(ranked, root)
    report = Report()
    check_samples(bundle, json.loads(json.dumps(rows)), report)
    assert report.is_good, report.text()
    left = [code for code in rest if code not in sample]
    if sample and left:
        rows[-1]["data"]["sample"] = [left[0], *sample[1:]]
        report = Report()
        check_samples(bundle, rows, report)
        assert report.codes == ["sample"]


@pytest.mark.parametrize(
    ("listed", "then", "now", "found"),
    [
        ("AB", "AB", "AB", []),
        ("ABC", "AB", "AB", ["list"]),  # C did not advance
        ("A", "AB", "AB", ["list"]),  # B was left out
        ("AC", "AC", "AB", []),  # the heats were corrected after the draw: told, by name and row
        ("AX", "AX", "AB", ["list"]),  # X never competed
    ],
)
def test_the_list_of_a_later_stage_is_of_those_who_had_advanced(
    listed: str, then: str, now: str, found: list[str]
) -> None:
    report = Report()
    rows = [*_drawn(1, listed), _row("correction", stage="heats", seq=9), _row("mark")]
    check_orders(_bundle(None), rows, report, {STAGE: frozenset(now)}, lambda _stage, _seq: frozenset(then))
    assert [finding.code for finding in report.findings if not finding.ok] == found
    told = {finding.code: finding for finding in report.findings if finding.ok}
    assert "advanced" not in told, "it is never left unchecked"
    assert ("gone" in told) is bool(set(listed) - set(now))
    if "gone" in told:
        assert "第 9 条" in told["gone"].chinese
    assert ("unplaced" in told) is bool(set(now) - set(listed))


def _drawn(number: int, listed: str) -> list[dict[str, Any]]:
    order = core.draw_order("seed", "7", listed)
    return [
        *([_row("draw", entries=[{"code": code, "commitment": ""} for code in "ABCD"])] if number == 1 else []),
        *([_row("mark", stage="heats")] if number == 1 else []),
        _row("seed", draw=number, commitment=core.seed_digest("seed"), list=core.list_digest(listed),
             entries=len(listed), stations=1),
        _row("order", draw=number, seed="seed", public="7", order=order),
    ]  # fmt: skip


PAIR = {"reason": "申诉成立", "proposed_by": "a", "confirmed_by": "b"}


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ([("void", PAIR)], []),
        ([("void", PAIR | {"confirmed_by": "a"})], ["void"]),  # one person twice
        ([("void", PAIR | {"reason": ""})], ["void"]),
        ([], ["void"]),  # opened again, and the old draw stands
    ],
)
def test_a_draw_whose_list_was_open_again_is_void_and_drawn_anew(
    after: list[tuple[str, dict[str, str]]], found: list[str]
) -> None:
    rows = [
        *_drawn(1, "AB"), _row("unlock", stage="heats"), *(_row(kind, draw=1, **said) for kind, said in after),
        *_drawn(2, "AC"), _row("mark"),
    ]  # fmt: skip
    for seq, row in enumerate(rows, 1):
        row["seq"] = seq
    report, second = Report(), rows[-3]["seq"]
    fields = {STAGE: frozenset("AC")}
    rules = {"stages": [{"id": "heats", "advance": {"count": 2}}, {"id": STAGE}]}

    def then(_stage: str, seq: int) -> frozenset[str]:
        return frozenset("AC" if seq == second else "AB")

    check_orders(replace(_bundle(None), rules=rules), rows, report, fields, then)
    codes = [finding.code for finding in report.findings if not finding.ok]
    assert [code for code in codes if code != "list"] == found
    if after:
        assert [(seat.draw, seat.position) for seat in report.seats] == [(2, 1), (2, 2)]


def _row(kind: str, seq: int = 0, **data: Any) -> dict[str, Any]:
    return {"seq": seq, "kind": kind, "data": {"event": "e", "stage": STAGE} | data}


def _bundle(ranked: list[str] | None, root: str = "") -> Bundle:
    rows = [{"code": code, "rank": str(n)} for n, code in enumerate(ranked or (), 1)]
    return Bundle({}, {"event": "e"}, {}, {}, [], [{"hash": root}] * 3, [], {"rows": rows})


def test_the_examples_of_the_documents() -> None:
    """docs/draw.md; and docs/bundle.md by hand: 2·4 + 3·8 + 4·2 = 40, which leaves 7 of 11, the letter P."""
    assert by_lot("correct horse", "07 11 23", ["101A", "102C", "103E", "104F"]) == ["102C", "104F", "103E", "101A"]
    assert has_right_letter("482P")
    assert not any(has_right_letter(code) for code in ("482R", "842P", "48P", "P", "", "４８２P", "0000000000A"))
    assert [
        (s.position, s.heat, s.station) for s in seats_after(seats_after([], "a", 1, list("xyz"), 2), "a", 2, ["w"], 5)
    ] == [(4, 3, 1)]
