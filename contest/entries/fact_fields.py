"""Which facts a rule set reads of an entry, each with the rule set's own words, and what may be typed for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from contest.core.canonical import plain_decimal
from contest.core.marks import normalise_number, parse_decimal
from contest.core.ruleset import RuleSet, Stage
from contest.entries.inputs import one_line
from contest.errors import InvalidError
from contest.i18n import N_, gettext

KIND_WORDS = {
    "class": N_("组别"),
    "held": N_("已有职业技能等级"),
    "category": N_("人员类别"),
    "measure": N_("随参赛给出的数值"),
    "times": N_("实际次数"),
    "wild_card": N_("外卡晋级"),
    "absent": N_("不参加考评"),
    "late": N_("迟报"),
    "lot": N_("抽签号"),
}
KIND_HINTS = {
    "class": N_("评奖和排名按组别分开时用；可以在评审以后再分。"),
    "held": N_("晋升职业技能等级时用；不在列表里的等级不影响，不用选。"),
    "category": N_("获奖者中各类人员的比例按它计算。"),
    "measure": N_("评分办法用到、但不由裁判打分的数值。"),
    "times": N_("这个参赛实际做几次；空着表示全部都做。"),
    "wild_card": N_("写明理由才生效，不占别人的名额。理由会写入记分流水并公开，请不要写姓名。"),
    "absent": N_("勾选的考评期不评这个参赛，也不算缺分。"),
    "late": N_("没有迟报就空着。"),
    "lot": N_("其他都相同时号小的在前；空着表示没有抽签。"),
}
YES, NO = "1", "0"
LONGEST_REASON = 300
MOST_DAYS = 366
MOST_LOTS = 99_999
LONG = 10
WHOLE_DIGITS, PLACES = 12, 8
"""As many as a number of the rule set may have."""


@dataclass(frozen=True, slots=True)
class FactField:
    """One box: `kind` and `place` say what it is, `hint` how it is used.

    title: the rule set's own word, empty where the kind says it all. choices: (value, label) of a closed list.
    most: of whole numbers. stages: whose marks it counts for.
    """

    kind: str
    place: tuple[str, ...]
    title: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    most: int = 0
    stages: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names the box; ids have no `|` (docs/rule-set.md), and a free name stands last."""
        return "|".join(("fact", self.kind, *self.place))

    @property
    def is_yes_no(self) -> bool:
        return self.kind in {"absent", "category"}

    @property
    def label(self) -> str:
        """The rule set's word, or that of the kind."""
        return self.title or gettext(KIND_WORDS[self.kind])

    def shown(self, value: str) -> str:
        """The value as a person reads it."""
        if self.is_yes_no:
            return gettext("是") if value else ""
        return dict(self.choices).get(value, value)


def fact_fields(rules: RuleSet) -> list[FactField]:
    """Every fact that these rules read of an entry, in the order of `KIND_WORDS`; factors and vetoes are elsewhere."""
    return [*_of_the_whole(rules), *(field for stage in rules.stages for field in _of_stage(stage))]


def _of_the_whole(rules: RuleSet) -> Iterator[FactField]:
    if rules.classes:
        choices = tuple((item.id, item.title or item.id) for item in rules.classes)
        yield FactField("class", (), "", choices=choices)
    grades = dict.fromkeys(grade for row in rules.promotions for grade in (*row.held, row.grants))
    if grades:
        yield FactField("held", (), "", choices=tuple((grade, grade) for grade in grades))
    for bound in {bound.category: bound for bound in rules.award_bounds}.values():
        yield FactField("category", (bound.category,), bound.title or bound.category)
    for name in sorted(rules.measures()):
        yield FactField("measure", (name,), name, hint=_use_of(rules, name), stages=_readers(rules, name))
    if rules.remaining_ties == "draw":
        yield FactField("lot", (), "", most=MOST_LOTS)


def _of_stage(stage: Stage) -> Iterator[FactField]:
    name = stage.title or stage.id
    for aspect in stage.aspects():
        if aspect.repetitions_vary and aspect.factor.source != "entry":  # with factors, these declare the times
            title = f"{name} · {aspect.title or aspect.id}"
            yield FactField("times", (stage.id, aspect.id), title, most=aspect.repetitions, stages=(stage.id,))
    if stage.advance is not None:
        yield FactField("wild_card", (stage.id,), name)
    many = len(stage.periods) > 1  # who is absent from the only period has no result at all: that is a withdrawal
    for period in stage.periods:
        title = f"{name} · {period.title or period.id}" if many else name
        if many:
            yield FactField("absent", (stage.id, period.id), title)
        if stage.late is not None:
            hint = N_("迟报几天") if stage.late.per == "day" else N_("迟报填 1；不论几天只扣一次")
            yield FactField("late", (stage.id, period.id), title, hint=gettext(hint), most=MOST_DAYS)


def _use_of(rules: RuleSet, name: str) -> str:
    """What a measure is for."""
    words = [
        gettext("总分相同时比较，小者在前") if tie.direction == "asc" else gettext("总分相同时比较，大者在前")
        for tie in rules.ties
        if (tie.by, tie.ref) == ("measure", name)
    ]
    for stage in rules.stages:
        words += [
            gettext("决定“%(aspect)s”能打多少分") % {"aspect": aspect.title or aspect.id}
            for aspect in stage.aspects()
            if aspect.limits is not None and aspect.limits.measure == name
        ]
        if stage.panel.normalise is not None and stage.panel.normalise.group == name:
            words.append(gettext("“%(stage)s”由第几评审组评分") % {"stage": stage.title or stage.id})
    return gettext("；").join(dict.fromkeys(words))


def _readers(rules: RuleSet, name: str) -> tuple[str, ...]:
    """The stages whose values depend on a measure; the tie chain comes after all of them."""
    return tuple(stage.id for stage in rules.stages if name in replace(rules, stages=(stage,), ties=()).measures())


def by_kind(fields: list[FactField]) -> list[tuple[str, list[FactField]]]:
    """(kind, its fields) in the order in which they are asked for."""
    groups = ((kind, [field for field in fields if field.kind == kind]) for kind in KIND_WORDS)
    return [(kind, found) for kind, found in groups if found]


def fact_value(field: FactField, text: str) -> str:
    """The fact as it is kept; empty for none.

    Raises:
        InvalidError: what was typed can't be taken.
    """
    typed = one_line(text)
    if not typed:
        return ""
    if field.is_yes_no:
        return _yes_no(typed)
    if field.choices:
        return _chosen(field, typed)
    if field.kind == "wild_card":
        if len(typed) > LONGEST_REASON:
            raise InvalidError(
                N_("太长：有 %(length)s 个字，最多 %(limit)s 个。"), length=len(typed), limit=LONGEST_REASON
            )
        return typed
    return _measure(typed) if field.kind == "measure" else _whole(field, typed)


def _yes_no(typed: str) -> str:
    if typed not in {YES, NO}:
        raise InvalidError(N_("这里只能是“是”或“否”，您填的是“%(value)s”。"), value=typed[:30])
    return YES if typed == YES else ""


def _chosen(field: FactField, typed: str) -> str:
    for value, label in field.choices:
        if typed in (value, label):
            return value
    allowed = "、".join(label for _, label in field.choices)
    raise InvalidError(N_("“%(value)s”不在可选项里；可以选：%(allowed)s。"), value=typed[:30], allowed=allowed)


def _measure(typed: str) -> str:
    number = parse_decimal(typed)
    if number is None:
        raise InvalidError(N_("“%(value)s”不是数，请填写例如 2.4。"), value=typed[:30])
    plain = plain_decimal(number)
    if abs(number) >= Decimal(10) ** WHOLE_DIGITS or len(plain.partition(".")[2]) > PLACES:
        raise InvalidError(N_("应是数，例如 12.5；最多 12 位整数、8 位小数。"))
    return plain


def _whole(field: FactField, typed: str) -> str:
    """A whole number; 0 days late is not late, but a thing done 0 times was not done."""
    plain = normalise_number(typed)
    least = 1 if field.kind == "lot" else 0
    if not (plain.isascii() and plain.isdigit() and len(plain) < LONG) or not least <= int(plain) <= field.most:
        words = N_("应是 %(least)s 到 %(most)s 之间的整数，您填的是“%(value)s”。")
        raise InvalidError(words, least=least, most=field.most, value=typed[:30])
    return "" if field.kind == "late" and int(plain) == 0 else str(int(plain))
