"""The steps above the period as sentences (算分单): advancement, accumulation, late reports and judges' places."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from contest.core.explanation import Explanation
from contest.core.scoring import Standing
from contest.i18n import N_, gettext
from contest.standings import words
from contest.standings.words import number

_PASSAGES = {
    "rank": N_("第 %(place)s 名，晋级"),
    "wild_card": N_("外卡晋级：%(reason)s"),
    "out": N_("第 %(place)s 名，未晋级"),
    "open": N_("还没有成绩，未定晋级"),
}


def sum_sentence(node: Explanation, name: Callable[[Explanation], str]) -> str | None:
    """How stages or periods became one value, where it is more than a plain sum or mean."""
    match node.operation.get("op"):
        case "not_advanced":
            return gettext("没有晋级到这一阶段")
        case "last":
            last = next((part for part in node.inputs if part.label == node.operation["stage"]), None)
            return None if last is None else gettext("以最后参加的阶段“%(name)s”为准") % {"name": name(last)}
        case "mean_of_groups":
            groups = [
                f"{key.partition(':')[2]} {number(Fraction(value))}"
                for key, value in node.operation.items()
                if key.startswith("group:")
            ]
            parts = {"terms": " + ".join(groups), "divisor": str(node.operation["divisor"]), "value": _before(node)}
            return gettext("先求各组平均，再平均：（%(terms)s）÷ %(divisor)s = %(value)s") % parts
    counted = tuple(part for part in node.inputs if "dropped" not in part.operation)
    if len(counted) < len(node.inputs):
        kept = "、".join(name(part) for part in counted if part.value is not None)
        return gettext("只计最好的几期（%(kept)s）：%(value)s") % {"kept": kept, "value": _before(node)}
    if node.operation.get("op") == "weighted_sum" and "divisor" in node.operation:
        parts = {"divisor": number(Fraction(node.operation["divisor"])), "value": _before(node)}
        return gettext("按参加的各期加权平均（权重合计 %(divisor)s）：%(value)s") % parts
    return words.sum_sentence(node, name)


def late_sentence(node: Explanation) -> str:
    """`迟报 3 天，扣 1.5`."""
    parts = {"days": str(node.operation["days"]), "value": number(abs(node.value or Fraction(0)))}
    return gettext("迟报 %(days)s 天，扣 %(value)s") % parts


def places_sentence(node: Explanation) -> str | None:
    """How the judges' places became the value of `sheets`."""
    operation = node.operation
    parts = {key: str(operation.get(key, "")) for key in ("entries", "have", "majority", "columns")}
    parts |= {"value": number(node.value)}
    if node.value is None:
        return None
    if operation["op"] == "borda":
        return gettext("%(entries)s 个参赛者，各裁判的“%(entries)s − 名次”相加：%(value)s") % parts
    parts |= {"place": number(Fraction(operation["place"]))}
    text = N_("过半数（%(majority)s 人）定名次，逐列计数与名次和 %(columns)s：第 %(place)s 名，计 %(value)s 分")
    return gettext(text) % parts


def sheet_sentence(node: Explanation) -> str | None:
    """The place that a judge's sheet gave, or why it gives none."""
    if "place" in node.operation:
        return gettext("在这位裁判处列第 %(place)s") % {"place": number(Fraction(node.operation["place"]))}
    states = {"recused": N_("回避"), "excluded": N_("这位裁判回避了别的参赛者，名次不计")}
    state = str(node.operation.get("state", ""))
    return gettext(states[state]) if state in states else None


def passage_sentences(standing: Standing, titles: dict[str, str]) -> list[str]:
    """What became of the entry after each stage that lets only some go on."""
    return [
        f"{titles.get(passage.stage, passage.stage)}：{gettext(_PASSAGES[passage.by])}"
        % {"place": passage.place, "reason": passage.reason}
        for passage in standing.passages
    ]


def _before(node: Explanation) -> str:
    before = node.operation.get("before")
    return number(node.value if before is None else Fraction(before))
