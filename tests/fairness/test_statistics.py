"""Each statistic against a published worked example; the libraries against the exact core; what can't be said."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from contest.core.agreement import icc, kendall_w, krippendorff_alpha
from contest.core.book import Book
from contest.core.marks import NOT_PERFORMED, EntryInput, Mark
from contest.core.parsing import parse_rule_set
from contest.core.problems import CoreError
from contest.core.scoring import evaluate
from contest.core.statistics import mad_outliers
from contest.fairness import measures
from contest.fairness.judges import _places
from contest.fairness.lines import cut_lines, plain
from contest.fairness.making import panel_figures
from contest.fairness.panel import gaps_of, read_panel
from contest.fairness.removal import leave_one_out, one_mark
from contest.standings.services import Computation
from tests.support import SHARED

ASPECT = {"id": "A", "title": "演讲", "max": "10", "decimals": 1, "step": "0.5"}


def rule_set(aspects=(ASPECT,), **more):
    document = {
        "schema": 1, "title": "演讲", "blind": False,
        "stages": [{"id": "s", "rubric": [{"id": "C", "children": list(aspects)}]}],
    } | more  # fmt: skip
    return parse_rule_set(document)


RULES = rule_set()


def table(rows, aspect="A", judges="PQRSTUV"):
    """rows: entry -> the units of judges P, Q, …; None: no mark."""
    return [
        Mark("s", "1", entry, aspect, 1, judges[seat], units)
        for entry, row in rows.items()
        for seat, units in enumerate(row)
        if units is not None
    ]


def figures(rows, judges="PQRSTUV", kept=None, times=None, rules=RULES):
    marks = table(rows, judges=judges) if isinstance(rows, dict) else rows
    return panel_figures(read_panel(rules.stages[0], list(judges), marks, kept or {}), times or {})


def severity(body):
    return {row["judge"]: row for row in body["severity"]}


@pytest.mark.parametrize("name", ["kendall_w", "icc", "mad_outliers"])
def test_the_handbooks_worked_examples(name):
    """examples.json KW-*, ICC-* [S43: Shrout and Fleiss 1979], OUT-*: the functions that the report calls."""
    path = SHARED / "domain" / "examples.json"
    if not path.exists():
        pytest.skip("../shared/domain/examples.json is not here")
    cases = [case for case in json.loads(path.read_text("utf-8"))["cases"] if case["fn"] == name]
    assert cases
    for case in cases:
        given_, expected = case["input"], case["expected"]
        if name == "kendall_w":
            assert float(kendall_w(given_["places"])) == pytest.approx(expected, abs=1e-4)
        elif name == "icc":
            found = icc(given_["ratings"], mean_of_panel=given_["type"] == "2k")
            assert float(found) == pytest.approx(expected, abs=1e-4)
        else:
            scores = [Decimal(score) for score in given_["scores"]]
            assert mad_outliers(scores, Decimal(given_["k"]), Decimal(given_["abs_floor"])) == expected


def test_alpha_of_krippendorffs_own_example_with_gaps():
    """Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section E: interval alpha = 0.849."""
    observers = [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]
    columns = zip(*(row.split() for row in observers), strict=True)
    units = [[int(mark) for mark in column if mark != "."] for column in columns]
    assert float(krippendorff_alpha(units)) == pytest.approx(0.849, abs=5e-4)


@given(st.lists(st.lists(st.integers(0, 20), min_size=4, max_size=4), min_size=3, max_size=9))
def test_w_is_friedmans_statistic_as_scipy_has_it(rows):
    """W = chi²/(m(n-1)) (rules.md 6), with the correction for ties in both; undefined exactly where scipy's is."""
    places = _places([[Fraction(mark) for mark in row] for row in rows])
    if all(len(set(judge)) == 1 for judge in places):
        with pytest.raises(CoreError):
            kendall_w(places)
        return
    chi = stats.friedmanchisquare(*rows).statistic
    assert float(kendall_w(places)) == pytest.approx(chi / (4 * (len(rows) - 1)))


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=8), st.integers(-5, 5), st.integers(1, 4))
def test_alpha_knows_neither_order_nor_scale_and_never_exceeds_one(units, shift, factor):
    try:
        found = krippendorff_alpha(units)
    except CoreError:
        paired = [mark for unit in units if len(unit) > 1 for mark in unit]
        assert len(set(paired)) <= 1
        return
    assert found <= 1
    moved = [[mark * factor + shift for mark in reversed(unit)] for unit in reversed(units)]
    assert krippendorff_alpha(moved) == found
    assert (found == 1) == all(len(set(unit)) <= 1 for unit in units)


def test_gap_by_hand():
    """P 8.0, Q 7.0, R 6.0: mean 7.0, so +1, 0 and -1 for every entry; equal gaps have no interval."""
    rows = {f"E{n}": [80, 70, 60] for n in range(6)}
    found = severity(figures(rows, "PQR"))
    assert [found[judge]["gap"] for judge in "PQR"] == ["1.00", "0.00", "-1.00"]
    assert found["P"]["low"] is None


def test_a_strict_judge_is_told_with_an_interval():
    """Gaps of R by hand: -1.0 -1.0 -1.5 -1.0 -0.5 -1.0 -1.0 with two others who agree: 2/3 of that, mean -0.67."""
    rows = {f"E{n}": [70 + n, 70 + n, 70 + n - gap] for n, gap in enumerate((10, 10, 15, 10, 5, 10, 10))}
    found = severity(figures(rows, "PQR"))
    assert found["R"]["verdict"] == "strict"
    assert found["R"]["gap"] == "-0.67"
    assert Decimal(found["R"]["low"]) < Decimal("-0.67") < Decimal(found["R"]["high"]) < 0


def test_students_interval_of_a_published_sample():
    """Student (1908), the extra hours of sleep, differences: mean 1.58, 95 % interval 0.70 to 2.46 (R's `sleep`)."""
    hours = [Fraction(text) for text in ["1.2", "2.4", "1.3", "1.3", "0.0", "1.0", "1.8", "0.8", "4.6", "1.4"]]
    low, high = measures.interval(hours) or (0, 0)
    assert measures.number(measures.mean(hours)) == "1.58"
    assert (round(low, 2), round(high, 2)) == (0.70, 2.46)


def test_the_permutation_test_counts_choices():
    """5 own marks above 10 others: one choice of C(15,5) = 3003 is as extreme, and scipy counts them all."""
    own, others = [Fraction(n) for n in range(20, 25)], [Fraction(n) for n in range(10)]
    found = measures.preference(own, others)
    assert found is not None
    assert found.chance == pytest.approx(1 / 3003)
    assert found.difference == Fraction(22) - Fraction(9, 2)
    assert measures.preference(own[:4], others).chance is None


ROUNDED = [(Fraction(1, 8), "0.13"), (Fraction(-1, 8), "-0.13"), (Fraction(-1, 999), "0.00"), (2.675, "2.68")]


@pytest.mark.parametrize(("value", "text"), ROUNDED)
def test_numbers_are_rounded_half_up(value, text):
    assert measures.number(value) == text


# What can't be said


def test_equal_marks_and_small_panels_give_words_instead_of_numbers():
    equal = figures({f"E{n}": [70, 70, 70] for n in range(6)}, "PQR")["agreement"]
    assert {key: equal[key]["why"] for key in ("w", "icc_one", "icc_mean", "alpha")} == dict.fromkeys(
        ("w", "icc_one", "icc_mean", "alpha"), "equal"
    )
    few = figures({f"E{n}": [70 + n, 60, 50] for n in range(4)}, "PQR")
    assert {few["agreement"][key]["why"] for key in ("w", "icc_one", "icc_mean", "alpha")} == {"few"}
    assert {row["verdict"] for row in few["severity"]} == {"few"}


def test_one_judge_alone_is_compared_with_nobody():
    body = figures({f"E{n}": [70 + n] for n in range(9)}, "P")
    assert severity(body)["P"]["gap"] is None
    assert body["agreement"]["entries"] == 0
    assert body["outliers"] == []
    assert body["alone"] == 9


def test_no_marks_at_all():
    body = figures({}, "PQR")
    assert (body["marks"], body["severity"], body["drift"]) == (0, [], [])


def test_measured_and_agreed_values_deductions_and_what_was_not_performed_stay_out():
    more = (
        {"id": "T", "title": "用时", "kind": "measured", "sheet": "clerk"},
        {"id": "D", "title": "扣分", "kind": "deduction", "max": "5"},
    )
    marks = [*table({"E1": [70, 60]}), Mark("s", "1", "E1", "T", 1, "", 50), Mark("s", "1", "E1", "D", 1, "P", 3)]
    marks.append(Mark("s", "1", "E2", "A", 1, "P", None, NOT_PERFORMED))
    body = figures(marks, "PQ", rules=rule_set((ASPECT, *more)))
    assert (body["marks"], body["left_out"], body["not_performed"], body["aspects"]) == (2, 2, 1, 1)


def test_a_recused_judges_marks_do_not_count_and_gaps_leave_alpha_standing():
    rows = {f"E{n}": [60 + 5 * n, 62 + 5 * n, None if n == 2 else 58 + 5 * n] for n in range(7)}
    body = figures(rows, "PQR", kept={"E3": frozenset("Q")})
    assert severity(body)["Q"]["marks"] == 6
    assert (severity(body)["Q"]["recused"], body["recused"]) == (1, 1)
    assert (body["agreement"]["entries"], body["agreement"]["paired"]) == (5, 7)
    assert body["agreement"]["alpha"]["value"] is not None


def test_a_far_mark_is_flagged_once_and_stays_what_it_is():
    rows = {"E1": [80, 80, 80, 85, 30], "E2": [70, 70, 75, 70, 75]}
    (row,) = figures(rows, "PQRST")["outliers"]
    assert (row["entry"], row["judge"], row["mark"], row["others"]) == ("E1", "T", "3.0", ["8.0", "8.0", "8.0", "8.5"])


def test_drift_follows_the_judges_own_clock():
    """T gives a half mark more with every sheet, the others do not move."""
    rows = {f"E{n:02}": [50, 50, 50, 50, 30 + 5 * n] for n in range(10)}
    times = {("T", f"E{n:02}", "1"): 1_000 * n for n in range(10)}
    found = {row["judge"]: row for row in figures(rows, "PQRST", times=times)["drift"]}
    assert (found["T"]["verdict"], found["T"]["rho"]) == ("up", "1.00")
    assert found["T"]["change"] == "3.60"  # 9 steps of 0.5, less a fifth of itself that is in the mean
    assert found["P"]["verdict"] == "few"  # nobody's clock
    backwards = {key: -at for key, at in times.items()}
    assert figures(rows, "PQRST", times=backwards)["drift"][-1]["verdict"] == "down"


# Leaving out


def computation(rows, rules=RULES, judges="PQRST"):
    inputs = [EntryInput(entry) for entry in rows]
    marks, panels = table(rows, judges=judges), {"s": tuple(judges)}
    return Computation(rules, (), inputs, Book.of(rules, marks), panels, evaluate(rules, inputs, marks, panels))


def ignore(_done, _total):
    return None


def test_without_a_judge_the_order_is_that_of_the_others_alone():
    """E1 leads by T alone: means 7.4 and 7.2 with T, 7.0 and 7.5 without."""
    rows = {"E1": [70, 70, 70, 70, 90], "E2": [75, 75, 75, 75, 60], "E3": [50, 50, 50, 50, 50]}
    made = computation(rows)
    lines = cut_lines(made.rules, made.result)
    found = {row["judge"]: row for row in leave_one_out(made, made.rules.stages[0], "PQRST", lines, ignore)}
    assert (found["T"]["changed"], found["T"]["farthest"]) == (2, "1")
    assert found["T"]["crossed"][0] == {"up": ["E2"], "down": ["E1"]}
    assert [found[judge]["changed"] for judge in "PQRS"] == [0, 0, 0, 0]
    alone = computation({entry: row[:4] for entry, row in rows.items()}, judges="PQRS")
    assert [row.entry for row in alone.result.standings] == ["E2", "E1", "E3"]


def test_where_the_method_needs_every_judge_it_says_so():
    trimmed = rule_set(({**ASPECT, "method": {"name": "trimmed_mean", "min_scores": 3}},))
    made = computation({"E1": [70, 80, 90], "E2": [60, 60, 60]}, trimmed, "PQR")
    rows = leave_one_out(made, made.rules.stages[0], "PQR", (), ignore)
    assert {row["possible"] for row in rows} == {False}


def test_one_mark_that_decides_the_first_place():
    """Only T's 9.0 for E1 and T's 6.0 for E2 are not in the middle; either at the middle turns the first two."""
    rows = {"E1": [70, 70, 70, 70, 90], "E2": [75, 75, 75, 75, 60], "E3": [50, 50, 50, 50, 50]}
    made = computation(rows)
    before = list(made.marks)
    lines = cut_lines(made.rules, made.result)
    assert plain(lines)[0]["gap"] == "0.2"
    found = one_mark(made, made.rules.stages[0], lines, ignore)
    assert (found["tried"], found["decisive"]) == (2, 2)
    assert [(row["entry"], row["mark"], row["middle"]) for row in found["shown"]] == [
        ("E1", "9.0", "7.0"),
        ("E2", "6.0", "7.5"),
    ]
    assert made.marks == before


def test_lines_are_the_awards_boundaries():
    tiers = (("first", "一等奖"), ("second", "二等奖"))
    rules = rule_set(awards=[{"id": key, "title": title, "by": "quota", "count": 1} for key, title in tiers])
    made = computation({"E1": [90, 90], "E2": [80, 80], "E3": [80, 70]}, rules, "PQ")
    shown = plain(cut_lines(made.rules, made.result))
    assert [(line["title"], line["last"], line["first_out"], line["gap"]) for line in shown] == [
        ("一等奖", "E1", "E2", "1.0"), ("二等奖", "E2", "E3", "0.5"),
    ]  # fmt: skip
    alone = computation({"E1": [90, 90]}, rules, "PQ")
    assert cut_lines(alone.rules, alone.result) == []


@given(st.permutations("PQRST"))
def test_the_order_of_the_judges_changes_nothing(order):
    rows = {f"E{n}": [50 + 5 * n, 55 + n, 60 - n, 70 - 5 * n, 50 + n * n] for n in range(6)}
    marks = sorted(table(rows, judges="PQRST"), key=lambda mark: order.index(mark.judge))
    panel = read_panel(RULES.stages[0], order, marks, {})
    other = read_panel(RULES.stages[0], "PQRST", table(rows, judges="PQRST"), {})
    assert {judge: dict(own) for judge, own in gaps_of(panel).items()} == gaps_of(other)
    one, two = panel_figures(panel, {}), panel_figures(other, {})
    assert one["agreement"] == two["agreement"]
    assert severity(one) == severity(two)


def test_gaps_of_all_judges_cancel_out():
    rows = {f"E{n}": [50 + 5 * n, 55 + n, 60 - n] for n in range(6)}
    panel = read_panel(RULES.stages[0], "PQR", table(rows), {})
    for entry in rows:
        assert sum(own[entry, "1", 1] for own in gaps_of(panel).values()) == 0
    assert replace(panel).readings == panel.readings
