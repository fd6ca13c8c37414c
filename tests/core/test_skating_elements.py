"""Skating elements that differ from entry to entry (ISU 2016-17): each judge's grade by the table of its element,
trimmed mean to two places, plus the base value. Every published element score and technical total must come out.
"""

from collections import defaultdict
from decimal import Decimal

from contest.core.marks import EntryInput, Mark
from contest.core.scoring import evaluate
from tests.calculator.relayout import table
from tests.core.builders import rules

GRADES = ("-3", "-2", "-1", "0", "1", "2", "3")
JUDGES = tuple(f"J{number}" for number in range(1, 10))
EVERY = 4
"""One performance in so many: the whole set takes its time and says the same."""


def element(name, grades):
    return {
        "id": name, "min": "-3", "max": "3", "grades": grades,
        "method": {"name": "trimmed_mean", "rounding": {"places": 2}}, "factor": {"source": "entry", "how": "add"},
    }  # fmt: skip


def scored(rows, values):
    """The standing of one performance; its elements are the aspects."""
    names = {f"e{number}": row for number, row in enumerate(rows)}
    children = [element(name, values[row["aspect_desc"]]) for name, row in names.items()]
    own = rules({"id": "S", "rubric": [{"id": "C", "children": children}]})
    bases = {("S", name, 1): Decimal(row["base_value"]) for name, row in names.items()}
    marks = [
        Mark("S", "1", "E", name, 1, judge, int(Decimal(row[judge])))
        for name, row in names.items() for judge in JUDGES if row[judge] not in {"", "-"}
    ]  # fmt: skip
    return evaluate(own, [EntryInput("E", factors=bases)], marks).standings[0]


def test_every_element_and_every_technical_total_comes_out():
    values = {
        row["aspect_desc"]: [[grade, row[grade]] for grade in GRADES]
        for row in table("isu_figure_skating/sov_fitted.csv")
    }
    performed = defaultdict(list)
    for row in table("isu_figure_skating/aspects.csv"):
        if row["section"] == "E":
            performed[row["pid"]].append(row)
    published = {row["pid"]: row["total_element_score"] for row in table("isu_figure_skating/performances.csv")}
    known = [pid for pid, rows in performed.items() if all(row["aspect_desc"] in values for row in rows)]
    assert len(known) > 1000
    for pid in known[::EVERY]:
        found = scored(performed[pid], values)
        marks = [found.aspect_scores["S", "1", f"e{number}"] for number in range(len(performed[pid]))]
        assert marks == [Decimal(row["scores_of_panel"]) for row in performed[pid]], pid
        assert found.total == Decimal(published[pid]), pid
