"""Rule sets that the worked cases of the domain handbook are put into. Nothing is computed here."""

from decimal import Decimal

from contest.core.marks import EntryInput, Mark, to_units
from contest.core.scoring import evaluate
from tests.core.builders import rules, stage

WIDE = {"max": "10000", "decimals": 4}


def measured(name, conversion=None, **more):
    """A measured aspect of any size; a deduction or bonus by its kind."""
    kind = {"kind": "measured"} | more
    return {"id": name, **WIDE, "measure": {"min": "-10000", "max": "10000"}, "conversion": conversion} | kind


def given(name, **more):
    return measured(name, required=False, **more)


def yes_no(name, marks):
    return {"id": name, "kind": "boolean", "max": marks, "required": False}


def totals(children, values, *, places=None, entries=None, limits=None, stage_fields=None):
    """The published totals of entries whose values per aspect are given: {entry: {aspect: value}}."""
    rubric = [{"id": "all", "children": children} | (limits or {})]
    rounding = None if places is None else {"places": places}
    own = rules(stage("S", rubric=rubric, **(stage_fields or {})), rounding=rounding)
    marks = []
    for code, row in values.items():
        for name, texts in row.items():
            for repetition, text in enumerate(texts if isinstance(texts, list) else [texts], 1):
                units = to_units(Decimal(str(text)), own.aspect("S", name))
                assert isinstance(units, int), units
                marks.append(Mark("S", "1", code, name, repetition, "", units))
    result = evaluate(own, entries or [EntryInput(code) for code in values], marks)
    return {standing.entry: standing for standing in result.standings}


def total(children, row, **more):
    """The published total of one entry as text."""
    return str(totals(children, {"E": row}, **more)["E"].published)


def yuecheng_rubric():
    """Parts 1 to 4 of the Yuecheng craftsman rubric [S18]: every part says what counts and where it ends."""
    places = {
        "province": [["2", "20"], ["3", "15"]], "city": [["1", "15"], ["2", "12"], ["3", "8"]],
        "district": [["1", "10"], ["2", "8"], ["3", "5"]],
    }  # fmt: skip
    contests = [
        given(f"contest_{level}", conversion={"name": "table", "table": rows}) for level, rows in places.items()
    ]
    certificates = [["1", "15"], ["2", "12"], ["3", "10"], ["4", "2"], ["5", "1"]]
    growing = {"name": "bands", "bands": [["1", "2", "1", "0.5"]], "cap": "5"}
    return [
        {"id": "contests", "best": 1, "children": contests},
        {"id": "titles", "best": 1, "children": [yes_no("title_city", "20"), yes_no("title_district", "10")]},
        given("certificate", conversion={"name": "table", "table": certificates}),
        {"id": "apprentices", "cap": "15", "children": [
            given("apprentice", conversion=growing), yes_no("famous_master", "10"),
            {"id": "honours", "cap": "10", "children": [given("app_city", weight="2"), given("app_district")]},
        ]},
    ]  # fmt: skip
