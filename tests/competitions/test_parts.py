"""Places in a document and the boxes of its parts."""

import re

import pytest

from contest.competitions import parts
from contest.competitions.fields import part_from, values_of
from contest.competitions.problem_texts import OTHER, TEXTS, fault_error, faults_of
from contest.competitions.starting_points import starting_document
from contest.core.parsing import parse_rule_set
from contest.core.parsing_conversion import CONVERSIONS
from contest.core.problems import Problem
from contest.errors import NotFoundError
from contest.settings import PROJECT_ROOT


def document():
    return starting_document("skills", "电工")


@pytest.mark.parametrize("path", ["stages[0].rubric[0].children[0]", "stages[1]", "ties[1]", "awards[2]"])
def test_a_part_is_found_by_the_cores_own_spelling(path):
    assert parts.find(document(), path)["id" if not path.startswith("ties") else "ref"]


@pytest.mark.parametrize("path", ["stages[5]", "stages[0].nothing", "a b", "stages[0]]", "stages[00001]", "title.x"])
def test_what_is_not_there_is_not_found(path):
    with pytest.raises(NotFoundError):
        parts.find(document(), path)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("rules", "rules"), ("stages[0]", "stage"), ("stages[0].rubric[0]", "criterion"),
     ("stages[0].rubric[0].children[0]", "aspect"), ("ties[0]", "tie"), ("awards[0]", "award")],
)  # fmt: skip
def test_the_kind_of_a_part(path, kind):
    assert parts.kind_at(path, parts.find(document(), path)) == kind


def test_a_new_id_is_free_in_its_stage():
    made = document()
    assert parts.free_id(made, "stages[1].rubric", "criterion") == "A"
    assert parts.free_id(made, "stages[1].rubric[0].children", "aspect") == "P13"
    assert parts.free_id(made, "stages", "stage") == "s1"
    assert parts.free_id({"stages": [{"periods": [{"id": "1"}]}]}, "stages[0].periods", "period") == "2"


ONE_OF_EACH = {
    "rules": ("skills", "rules"),
    "stage": ("skills", "stages[1]"),
    "criterion": ("skills", "stages[1].rubric[0]"),
    "aspect": ("merit", "stages[0].rubric[2].children[0]"),
    "period": ("merit", "stages[0].periods[6]"),
    "section": ("worldskills", "stages[0].sections[0]"),
    "tie": ("skills", "ties[0]"),
    "veto": ("merit", "vetoes[1]"),
    "award": ("craftsman", "awards[1]"),
}


@pytest.mark.parametrize("kind", sorted(ONE_OF_EACH))
def test_a_form_sent_back_untouched_changes_nothing_that_counts(kind):
    point, path = ONE_OF_EACH[kind]
    made = starting_document(point, "甲")
    before = parse_rule_set(made)
    part = parts.find(made, path)
    parts.put(made, path, part_from(kind, values_of(kind, part), part))
    assert parse_rule_set(made) == before


def test_typed_text_becomes_exact_values_and_unreadable_text_stays():
    typed = {"id": "A", "title": "甲", "kind": "judged", "max": "１０．５", "decimals": "1", "step": "零点五",
             "method.name": "", "method.drop_high": "1", "rounding.places": ""}  # fmt: skip
    part = part_from("aspect", typed, {"children": []})
    assert (part["max"], part["decimals"], part["step"]) == ("10.5", 1, "零点五")
    assert "method" not in part


def test_what_has_no_box_is_kept():
    old = {"id": "A", "title": "甲", "note": "记", "children": [{"id": "A1"}], "levels": [["9", "特"]]}
    part = part_from("criterion", {"id": "A", "title": "乙"}, old)
    assert (part["children"], part["note"], part["title"]) == ([{"id": "A1"}], "记", "乙")
    aspect = part_from("aspect", {"id": "A", "levels.0": "差"}, {"levels": [["0", "旧"], ["9", "特"]]})
    assert aspect["levels"] == [["0", "差"], ["9", "特"]]


def test_every_code_of_the_core_has_its_words():
    """Read from the core's sources, so that a new code without words fails here."""
    found = set()
    for name in ("parsing", "parsing_rubric", "reader", "references"):
        text = (PROJECT_ROOT / "contest" / "core" / f"{name}.py").read_text()
        found |= set(re.findall(r'report\([^"()]*"?[^"]*?,? ?"([a-z]+_[a-z_0-9]+)"', text))
        found |= set(re.findall(r'"((?:unknown|ambiguous)_reference)"', text))
    found -= {"min_scores", "drop_high", "drop_low", "max_spread"}
    assert found >= {"not_allowed", "duplicate_id", "unknown_reference"}
    assert found <= set(TEXTS)
    assert fault_error(Problem("x", "brand_new")).message == OTHER


def test_a_repeated_id_is_shown_at_the_later_part():
    made = document()
    made["stages"][1]["rubric"][2]["children"][0]["id"] = "P11"
    fault = faults_of(made, [Problem("stages[1].rubric", "duplicate_id", {"id": "P11"})])[0]
    assert (fault.at, fault.field) == ("stages[1].rubric[2].children[0]", "id")
    assert fault.place == "阶段“实际操作” › 评分项“工作效率” › 评分点“完成时间” · 编号"


def with_everything():
    """The skills template with one of every further field."""
    made = document()
    made["classes"] = [{"id": "c1", "title": "一线"}]
    made["award_bounds"] = [{"category": "frontline", "title": "一线职工", "min_percent": "35"}]
    made["statistics"] = [{"id": "scale", "title": "七百分", "name": "scale_median_mad", "spread": "30"}]
    made["promotions"] = [{"grants": "技师", "first": 1, "last": 5, "held": ["高级工", "中级工"]}]
    made["award_limit"] = {"percent": "30"}
    made["medals"] = {"on": "scale", "tie": "2", "excellence": "700", "by_entrants": True}
    made["awards"][0] |= {
        "conditions": [{"by": "stage", "ref": "theory", "min": "60"}, {"by": "aspect", "ref": "P11", "min": "6"}],
        "classes": ["c1"], "beside": True, "money": "5000", "points": "2",
    }  # fmt: skip
    stage = made["stages"][1]
    made["stages"][0]["advance"] = {"count": 10, "by": "stage", "chain": False, "tie": "shrink"}
    stage["late"] = {"each": "0.5", "per": "day", "most": "2"}
    stage["periods"] = [{"id": "1", "group": "Q1"}, {"id": "2", "group": "Q1"}]
    stage |= {"accumulate": "mean_of_groups", "group_rounding": {"places": 2}, "period_rounding": {"places": 1}}
    stage["rubric"][0] |= {"best": 1, "cap": "8", "cap_order": "cap_then_deduct", "rounding": {"places": 1}}
    stage["rubric"][0]["children"][0] |= {
        "grades": [["1", "0.5"], ["2", "1.5"]], "factor": {"source": "entry", "how": "add", "default": "0"},
        "rounding": {"places": 2}, "method": {"name": "trimmed_mean", "clamp": "3", "max_kept_spread": "1"},
    }  # fmt: skip
    stage["rubric"][0]["children"][1] |= {
        "limits": {"measure": "benefit", "bands": [["0", "1", "5"], ["50", "6", "10"]]}
    }
    return made


EVERY_CONVERSION = {
    "completion": {"full": "30", "floor": "60"},
    "difference": {"full": "10", "target": "5", "per": "0.5", "deduct": "1", "side": "above", "steps": "started"},
    "days": {"full": "20", "late": "2", "early": "1", "early_cap": "5"},
    "per_unit": {"marks": "0.5", "from": "1", "at_least": "1", "base": "2", "cap": "5"},
    "bands": {"bands": [["0", "10"], ["10", "15", "5", "1"]], "below": "1", "bounds": "above"},
    "table": {"table": [["1", "20"], ["2", "15"]], "other": "0"},
    "choices": {"full": "5", "choices": [["0", "0"], ["1", "2"]]},
    "pieces": {"points": [["0", "0"], ["100", "30"]]},
    "ratio": {"full": "100", "better": "low"},
    "share": {"full": "100"},
    "rank_points": {"points": ["60", "57", "54"], "ties": "dense"},
    "rank_linear": {"full": "10", "better": "low"},
}


@pytest.mark.parametrize(
    "path",
    ["rules", "stages[0]", "stages[1]", "stages[1].periods[0]", "stages[1].rubric[0]",
     "stages[1].rubric[0].children[0]", "stages[1].rubric[0].children[1]",
     "awards[0]", "classes[0]", "award_bounds[0]", "statistics[0]",
     "promotions[0]"],
)  # fmt: skip
def test_every_further_field_goes_through_its_form(path):
    made = with_everything()
    before = parse_rule_set(made)
    part = parts.find(made, path)
    kind = parts.kind_at(path, part)
    parts.put(made, path, part_from(kind, values_of(kind, part), {key: part[key] for key in part if key in KEPT_AS_IS}))
    assert parse_rule_set(made) == before


KEPT_AS_IS = frozenset({"schema", "stages", "rubric", "children", "periods", "ties", "awards", "vetoes", "classes",
                        "award_bounds", "statistics", "promotions"})  # fmt: skip


@pytest.mark.parametrize("name", sorted(CONVERSIONS))
def test_every_conversion_can_be_written_in_a_form_and_takes_no_parameters_of_another(name):
    rule = {"name": name, **EVERY_CONVERSION[name]}
    aspect = {"id": "A", "title": "甲", "kind": "measured", "max": "30", "conversion": rule}
    typed = values_of("aspect", aspect)
    typed |= {f"conversion.{key}": "7" for key in ("late", "other", "full") if not typed[f"conversion.{key}"]}
    made = part_from("aspect", typed, {})
    assert set(made["conversion"]) <= {"name", *CONVERSIONS[name]}
    assert {key: made["conversion"][key] for key in rule} == rule


def test_rows_names_and_conditions_are_read_as_people_write_them():
    lines = "阶段 theory ６０\nstage，practice，60"
    award = part_from("award", {"id": "a", "by": "threshold", "conditions": lines, "classes": "一组、二组"}, {})
    assert award["conditions"] == [
        {"by": "stage", "ref": "theory", "min": "60"}, {"by": "stage", "ref": "practice", "min": "60"},
    ]  # fmt: skip
    assert award["classes"] == ["一组", "二组"]
    aspect = part_from("aspect", {"limits.measure": "b", "limits.bands": "0 10 14\n10：15：25\n\n５０,26,30"}, {})
    assert aspect["limits"]["bands"] == [["0", "10", "14"], ["10", "15", "25"], ["50", "26", "30"]]
