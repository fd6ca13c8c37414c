"""The core's problems in words, at their place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contest.competitions.fields import BOXES, KIND_WORDS
from contest.competitions.parts import RULES, Document, find, kind_at
from contest.core.problems import Problem
from contest.errors import DomainError, NotFoundError
from contest.i18n import N_, gettext

TEXTS: Mapping[str, str] = {
    "required": N_("这一项必填。"),
    "object_expected": N_("这里应是一个对象 {…}。"),
    "text_expected": N_("这里应是文字，最多 %(longest)s 个字。"),
    "bad_identifier": N_("编号“%(value)s”不能用：1 到 64 个字，不能有空格、斜线、竖线、逗号和分号。"),
    "not_allowed": N_("“%(value)s”不在可选项里；可以用：%(allowed)s。"),
    "true_or_false_expected": N_("这里只能是 true 或 false。"),
    "whole_number_expected": N_("应是 %(min)s 到 %(max)s 之间的整数。"),
    "write_number_as_text": N_('小数请写成文字，例如 "0.3"；%(value)s 这样写会有误差。'),
    "number_expected": N_("应是数，例如 12.5；最多 12 位整数、8 位小数。"),
    "must_not_be_empty": N_("这里还是空的，至少要有一项。"),
    "list_expected": N_("这里应是一个列表 […]。"),
    "unknown_field": N_("不认识这个字段，可能写错了名称。"),
    "duplicate_id": N_("编号“%(id)s”重复了。同一阶段里编号不能相同。"),
    "weights_must_sum_to_1": N_("各权重之和应为 1，现在是 %(sum)s。"),
    "percent_out_of_range": N_("比例应在 %(min)s 到 %(max)s 之间。"),
    "last_before_first": N_("“名次到”小于“名次从”。"),
    "min_scores_too_low": N_("去掉 %(dropped)s 个分之后至少要剩 1 个：有效分数必须大于 %(dropped)s。"),
    "drops_need_trimmed_method": N_("要去掉最高或最低分，请选择“去掉最高最低后…”的方法。"),
    "levels_are_pairs": N_("等级说明应是“分、说明”成对。"),
    "maximum_not_above_minimum": N_("最高分必须大于最低分。"),
    "step_does_not_fit_decimals": N_("步长与小数位不符：步长必须大于 0，并且不超过 %(decimals)s 位小数。"),
    "too_many_decimals": N_("小数太多：最多 %(decimals)s 位小数。"),
    "conversion_not_for_kind": N_("只有“测量”“扣分”“加分”类的评分点可以换算。"),
    "only_for_judged": N_("只有“评委打分”类的评分点可以这样设置。"),
    "must_be_positive": N_("必须大于 0。"),
    "must_not_be_negative": N_("不能小于 0。"),
    "table_too_long": N_("表太长：最多 %(longest)s 行。"),
    "row_of_numbers_expected": N_("每一行应是 %(columns)s 个数。"),
    "rows_not_ascending": N_("各行的第一个数必须从小到大，不能重复。"),
    "points_not_falling": N_("名次越靠后得分不能越高。"),
    "value_twice": N_("同一个数值写了两次。"),
    "cap_below_floor": N_("上限小于下限。"),
    "band_upside_down": N_("这一档的最低分大于最高分。"),
    "best_mixes_deductions": N_("“只计最高的几项”里不能既有得分又有扣分，请分成两个评分项。"),
    "normalise_not_for_ranks": N_("按裁判名次合成的阶段不能再作评审组折算。"),
    "normalise_needs_random_panels": N_(
        "评审组之间折算只有在参赛者随机分组、每组大约 %(entries)s 个以上时才公平；各组实力不同时会把强组拉低。"
    ),
    "early_days_cannot_be_typed": N_("评分点“%(id)s”提前有加分，但测量值最小不小于 0，填不了提前的天数。"),
    "best_leaves_nothing_out": N_("评分项“%(id)s”只计最高的 %(best)s 项，下面并没有更多项。"),
    "not_for_this_method": N_("“%(name)s”这种方法用不上这一项。"),
    "nested_too_deep": N_("层次太深：最多 %(deepest)s 层。"),
    "unknown_reference": N_("找不到编号“%(ref)s”。请检查阶段、评分项或评分点的编号。"),
    "ambiguous_reference": N_("几个阶段都有编号“%(ref)s”，请写明是哪个阶段。"),
    "texts_expected": N_("这里应是一组文字。"),
    "numbers_expected": N_("这里应是一组数，小数写成文字。"),
    "maximum_below_minimum": N_("上限小于下限。"),
    "only_for_groups": N_("只有“先求各组平均”时才用得到。"),
    "best_needs_sum_or_mean": N_("只计最好几期时，各期只能相加或取平均。"),
    "best_above_periods": N_("只有 %(periods)s 个考评期。"),
    "only_for_ranks": N_("只有按裁判名次合成时才用得到。"),
    "count_or_percent": N_("晋级人数和晋级比例只能填一项。"),
    "advance_after_last_stage": N_("最后一个阶段之后不能再晋级。"),
    "stages_without_weight": N_("各阶段的权重都是 0，总分里什么也没有；请至少给一个阶段设权重。"),
    "advance_by_total_without_weight": N_("到这里为止各阶段权重都是 0，总分都一样；请改为按本阶段得分晋级。"),
    "medals_needed": N_("按奖牌设奖时要先写明奖牌规则。"),
    "classes_needed": N_("按组别评定时要先设组别。"),
    "unknown_class": N_("没有组别“%(ref)s”。"),
    "unknown_award": N_("没有奖项“%(ref)s”。"),
    "unknown_statistic": N_("没有统计分“%(ref)s”。"),
    "award_needs_one_ranking": N_("各组别分别排名时，全场没有统一的名次；请改为按组别设奖。"),
    "table_must_fall": N_("名次越靠后，积分不能越多。"),
    "points_of_another_kind": N_("这张表和所选的计分方式不符。"),
    "more_than_counted": N_("最少项数大于计入的 %(best)s 项。"),
    "more_than_there_are": N_("最少项数大于全部 %(sources)s 项。"),
}
OTHER = N_("这里有问题（%(code)s）。")


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem for the editor: the part to open (`at`), its place in words, the box (or empty), the sentence."""

    at: str
    place: str
    field: str
    text: str


def fault_error(problem: Problem) -> DomainError:
    """The sentence of a problem, with its parameters."""
    if problem.code in TEXTS:
        return DomainError(TEXTS[problem.code], **problem.params)
    return DomainError(OTHER, code=problem.code)


def fault_text(problem: Problem) -> str:
    """The sentence in the current language."""
    error = fault_error(problem)
    return gettext(error.message) % error.params if error.params else gettext(error.message)


def part_path(path: str) -> tuple[str, str]:
    """`stages[0].panel.method.name` -> (`stages[0]`, `panel.method.name`); the document itself is `rules`."""
    match = re.match(r"(.*\])(?:\.(.+))?$", path)
    if match is None:
        return RULES, path
    return match[1], match[2] or ""


def faults_of(document: Document, problems: Sequence[Problem]) -> list[Fault]:
    """All problems, each with the part that must be opened to mend it."""
    return [_fault(document, problem) for problem in problems]


def _fault(document: Document, problem: Problem) -> Fault:
    at, field = part_path(problem.path)
    if problem.code == "duplicate_id":
        at, field = _second(document, problem, at), "id"
    place = place_words(document, at)
    box = box_label(document, at, field)
    return Fault(at, f"{place} · {box}" if box else place, field, fault_text(problem))


def _second(document: Document, problem: Problem, at: str) -> str:
    """The later of the two parts that share an id, found below the list that the core named."""
    found = _with_id(document, problem.path, str(problem.params.get("id")))
    return found[-1] if found else at


def _with_id(document: Document, list_path: str, name: str) -> list[str]:
    try:
        items = find(document, list_path)
    except NotFoundError:
        return []
    found: list[str] = []
    for index, item in enumerate(items if isinstance(items, list) else []):
        path = f"{list_path}[{index}]"
        if isinstance(item, Mapping):
            found += [path] if str(item.get("id")) == name else []
            found += _with_id(document, f"{path}.children", name) if "children" in item else []
    return found


def place_words(document: Document, at: str) -> str:
    """`stages[0].rubric[1]` in words: 阶段“实操” › 评分项“安全”."""
    if at in {"", RULES}:
        return gettext(KIND_WORDS[RULES])
    words: list[str] = []
    for end in (match.end() for match in re.finditer(r"\]", at)):
        node = _node(document, at[:end])
        title = str(node.get("title") or node.get("id") or "") if isinstance(node, Mapping) else ""
        kind = gettext(KIND_WORDS[kind_at(at[:end], node if isinstance(node, Mapping) else {})])
        words.append(f"{kind}“{title}”" if title else kind)
    return " › ".join(words)


def problem_place(document: Document, problem: Problem) -> str:
    """The place of a problem in words; its path where the document is too odd to be told in words."""
    try:
        return _fault(document, problem).place
    except NotFoundError:
        return problem.path or "—"


def _node(document: Document, path: str) -> Any:
    try:
        return find(document, path)
    except NotFoundError:
        return {}


def box_label(document: Document, at: str, field: str) -> str:
    """The label of a box, the name of the list, or the field's own name where there is no box for it."""
    if not field:
        return ""
    node = _node(document, at)
    for box in BOXES[kind_at(at, node if isinstance(node, Mapping) else {})]:
        if box.name == field:
            return gettext(box.label)
    lists = {"children": N_("评分点"), "rubric": N_("评分项"), "stages": N_("阶段"), "periods": N_("考评期")}
    return gettext(lists.get(field, field))
