"""Ten ISU competitions of 2016-17: components, segment totals and ranks of 1,143 performances."""

from decimal import Decimal
from pathlib import Path

import pytest

from contest.calculator import score_files
from tests.calculator.relayout import melt, table, write

RULES = Path(__file__).parent / "rulesets"
JUDGES = {f"J{number}": f"J{number}" for number in range(1, 10)}
COMPONENTS = {
    "Skating Skills": "SS", "Transitions": "TR", "Performance": "PE", "Composition": "CO",
    "Interpretation of the Music": "IN", "Interpretation of the Music / Timing": "IN",
}  # fmt: skip
SEGMENTS = {"short": "SHORT", "free": "FREE"}


def performances(word):
    rows = table("isu_figure_skating/performances.csv")
    return {row["pid"]: row for row in rows if word in row["program"]}


def components(own):
    return [row for row in table("isu_figure_skating/aspects.csv") if row["section"] == "C" and row["pid"] in own]


def marks_rows(own):
    event = {"event": lambda row: f"{row['competition']} / {row['program']}", "stage": lambda _: "segment"}
    of_pid = {"event": lambda row: event["event"](own[row["pid"]]), "entry": "pid", "factor": "factor"}
    yield from melt(components(own), JUDGES, of_pid | {"aspect": lambda row: COMPONENTS[row["aspect_desc"]]})
    for column, aspect in (("total_element_score", "elements"), ("total_deductions", "deduction")):
        fixed = event | {"entry": "pid", "name": "name", "unit": "nation", "aspect": lambda _, key=aspect: key}
        yield from melt(own.values(), {column: ""}, fixed)


@pytest.mark.parametrize("segment", SEGMENTS)
def test_components_totals_and_ranks_come_out(tmp_path, segment):
    own = performances(SEGMENTS[segment])
    official_panels = {
        (row["pid"], COMPONENTS[row["aspect_desc"]]): Decimal(row["scores_of_panel"]) for row in components(own)
    }
    marks = write(tmp_path / "marks.csv", marks_rows(own))

    calculation = score_files(RULES / f"skating_{segment}.json", marks)

    rows = [row for event in calculation.events.values() for row in event.result.standings]
    totals = {row.entry: (str(row.published.quantize(Decimal("0.01"))), row.rank) for row in rows}
    assert totals == {pid: (row["total_segment_score"], row["rank"]) for pid, row in own.items()}
    programme = {
        row.entry: node.value
        for row in rows
        for node in row.tree.walk()
        if node.kind == "criterion" and node.label == "programme"
    }
    assert programme == {pid: Decimal(row["total_component_score"]) for pid, row in own.items()}
    panels = {
        (row.entry, aspect.label): panel.value
        for row in rows
        for aspect in row.tree.walk()
        if aspect.kind == "aspect" and aspect.label in COMPONENTS.values()
        for panel in aspect.walk()
        if panel.kind == "panel"
    }
    assert panels == official_panels


def test_the_two_segments_hold_1143_performances():
    assert [len(performances(word)) for word in SEGMENTS.values()] == [615, 528]


def test_the_absent_judge_leaves_eight_marks(tmp_path):
    own = performances("SHORT")
    absent = {row["pid"] for row in components(own) if not row["J6"]}
    calculation = score_files(RULES / "skating_short.json", write(tmp_path / "marks.csv", marks_rows(own)))
    entry = next(iter(sorted(absent)))
    event = next(
        event for event in calculation.events.values() if any(row.entry == entry for row in event.result.standings)
    )
    panel = next(node for node in event.result.explain(entry).walk() if node.kind == "panel" and len(node.inputs) > 1)
    assert (len(absent), len(panel.inputs), panel.operation["divisor"]) == (8, 8, 6)
