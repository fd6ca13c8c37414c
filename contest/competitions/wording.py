"""The rule set in plain words (评分办法): what an organizer prints and a contestant reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contest.competitions import event_wording
from contest.competitions import field_choices as lists
from contest.competitions.conversion_wording import conversion_words, criterion_words, marks_words, rounded_words
from contest.core.canonical import plain_decimal
from contest.core.rubric import Aspect, Criterion, Method, Rounding
from contest.core.ruleset import Award, RuleSet, Stage, TieBreak
from contest.i18n import N_, gettext

LIST, COMMA, CLAUSES = N_("、"), N_("，"), N_("；")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading and its sentences; a stage's chapter also carries the stage, for its table."""

    title: str
    sentences: tuple[str, ...]
    stage: Stage | None = None


def _say(text: str, /, **params: object) -> str:
    return gettext(text) % params if params else gettext(text)


def _number(value: Decimal) -> str:
    return plain_decimal(value)


def chapters(rules: RuleSet) -> list[Chapter]:
    """The whole rule set: how it is counted, each stage, ties and ranks, vetoes and awards."""
    found = [Chapter(_say(N_("总则")), tuple(_general(rules)))]
    found += [Chapter(stage.title or stage.id, tuple(_stage(rules, stage)), stage) for stage in rules.stages]
    found.append(Chapter(_say(N_("名次")), tuple(_ranking(rules))))
    if rules.vetoes:
        found.append(Chapter(_say(N_("一票否决")), tuple(_vetoes(rules))))
    if rules.awards:
        found.append(Chapter(_say(N_("奖项")), (*_awards(rules), *event_wording.limits_words(rules))))
    if rules.promotions:
        rows = tuple(event_wording.promotion_words(rule, rules) for rule in rules.promotions)
        found.append(Chapter(_say(N_("等级晋升")), rows))
    return found


def _general(rules: RuleSet) -> Iterator[str]:
    kind = gettext(lists.label(lists.ENTRY_KINDS, rules.entry_kind))
    yield _say(N_("参赛对象是%(kind)s。"), kind=kind)
    if len(rules.stages) > 1:
        parts = _say(LIST).join(
            _say(N_("%(title)s（权重 %(weight)s）"), title=stage.title or stage.id, weight=_number(stage.weight))
            for stage in rules.stages
        )
        if rules.combine != "last":
            yield _say(N_("总分是各阶段得分乘以权重之和：%(parts)s。"), parts=parts)
    if rules.rounding is None:
        yield _say(N_("总分不修约。"))
    else:
        yield _say(
            N_("总分%(rounding)s，名次按修约后的总分排。"),
            rounding=rounding_words(rules.rounding.places, rules.rounding.mode),
        )
        if rules.rounding.parts:
            yield _say(N_("先修约各阶段的加权分，再相加。"))
    yield _say(N_("缺分不是零分：还缺裁判的分时不排名次。"))
    unfinished = {
        "unranked": N_("有项目没有完成的参赛者不排名次。"),
        "ranked": N_("有项目没有完成的参赛者按已完成的部分排名。"),
    }
    yield _say(unfinished[rules.incomplete])
    yield _say(N_("加密评分：解密之前裁判只看到加密号。") if rules.blind else N_("不加密：裁判看得到参赛者是谁。"))
    if rules.board.live:
        yield _say(N_("评分过程中公开实时排行榜，未经核定。"))


def rounding_words(places: int, mode: str) -> str:
    """保留 2 位小数（四舍五入)."""
    return _say(
        N_("保留 %(places)s 位小数（%(mode)s）"), places=places, mode=gettext(lists.label(lists.ROUNDINGS, mode))
    )


def _rounded(rounding: Rounding | None) -> str:
    return "" if rounding is None else _say(COMMA) + rounding_words(rounding.places, rounding.mode)


def _stage(rules: RuleSet, stage: Stage) -> Iterator[str]:
    yield _say(N_("满分 %(max)s 分。"), max=_number(stage.maximum()))
    if stage.panel.min_judges > 1:
        yield _say(N_("裁判组至少 %(n)s 人。"), n=stage.panel.min_judges)
    if stage.panel.method is not None:
        whole = stage.panel.scope == "sheet"
        text = N_("每位裁判整张评分表的得分%(method)s。") if whole else N_("各评分点由裁判分别打分，%(method)s。")
        yield _say(text, method=method_words(stage.panel.method))
    if (rule := stage.panel.normalise) is not None:
        text = N_("各评审组（%(group)s）的得分折算到同一平均 %(mean)s、标准差 %(sd)s；只有随机分组时才公平。")
        yield _say(text, group=rule.group, mean=_number(rule.mean), sd=_number(rule.sd))
    if len(stage.periods) > 1:
        how = gettext(lists.label(lists.ACCUMULATE, stage.accumulate))
        yield _say(N_("共 %(n)s 个考评期，各期得分%(how)s。"), n=len(stage.periods), how=how)
    if stage.rounding:
        yield _say(N_("阶段得分%(rounding)s。"), rounding=rounding_words(stage.rounding.places, stage.rounding.mode))
    yield from event_wording.stage_words(stage)
    del rules


def method_words(method: Method) -> str:
    """去掉 1 个最高分和 1 个最低分后取平均，保留 2 位小数（四舍五入)."""
    drops = _say(N_("去掉 %(high)s 个最高分和 %(low)s 个最低分后"), high=method.drop_high, low=method.drop_low)
    name = method.name.removeprefix("trimmed_")
    words = (drops if method.name.startswith("trimmed") else "") + gettext(lists.label(lists.METHODS, name))
    words += _rounded(method.rounding)
    if method.max_spread is not None:
        words += _say(N_("；分差超过 %(n)s 须商议"), n=_number(method.max_spread))
    if method.clamp is not None:
        words += _say(N_("；与平均分相差超过 %(n)s 的分按相差 %(n)s 计"), n=_number(method.clamp))
    if method.max_kept_spread is not None:
        words += _say(N_("；计入的分相差超过 %(n)s 须商议"), n=_number(method.max_kept_spread))
    if method.missing == "exclude":
        words += _say(N_("；有效分不少于 %(n)s 个时缺分的裁判不计"), n=method.min_scores)
    return words


def aspect_words(aspect: Aspect | Criterion, default: Method | None) -> str:
    """What is particular about an aspect: method if not the stage's, conversion, factor, repetitions, step.

    Of a criterion: which of its children count, and its limits.
    """
    if isinstance(aspect, Criterion):
        return _say(CLAUSES).join(criterion_words(aspect))
    parts: list[str] = list(marks_words(aspect))
    if aspect.kind == "judged" and aspect.method != (default or Method()):
        parts.append(method_words(aspect.method))
    if aspect.step is not None:
        parts.append(_say(N_("每档 %(step)s 分"), step=_number(aspect.step)))
    if aspect.conversion is not None:
        parts.append(conversion_words(aspect.conversion))
    if aspect.repetitions > 1 or aspect.repetitions_vary:
        how = gettext(lists.label(lists.COMBINE_REPETITIONS, aspect.combine_repetitions))
        parts.append(_say(N_("做 %(n)s 次，%(how)s"), n=aspect.repetitions, how=how))
    if aspect.factor.source == "entry":
        added = aspect.factor.how == "add"
        parts.append(_say(N_("加上参赛者填报的基础分") if added else N_("乘以参赛者填报的难度系数")))
    if aspect.rounding is not None:
        parts.append(rounded_words(aspect.rounding).removeprefix(_say(COMMA)))
    if aspect.note:
        parts.append(aspect.note)
    return _say(CLAUSES).join(parts)


def kind_words(part: Criterion | Aspect) -> str:
    """The kind of an aspect, empty for a criterion."""
    return "" if isinstance(part, Criterion) else gettext(lists.label(lists.KINDS, part.kind))


def _ranking(rules: RuleSet) -> Iterator[str]:
    yield from event_wording.ranking_words(rules)
    yield _say(N_("总分高者在前。名次写法：%(style)s。"), style=gettext(lists.label(lists.RANKINGS, rules.ranking)))
    if rules.ties:
        yield _say(N_("总分相同时依次比较：%(chain)s。"), chain=" → ".join(_tie(rules, tie) for tie in rules.ties))
    shared = {"share": N_("仍相同的并列。"), "draw": N_("仍相同的抽签决定。")}
    yield _say(shared[rules.remaining_ties])


def _tie(rules: RuleSet, tie: TieBreak) -> str:
    by = gettext(lists.label(lists.TIE_BY, tie.by))
    name = _title_of(rules, tie)
    direction = gettext(lists.label(lists.DIRECTIONS, tie.direction))
    return _say(N_("%(what)s%(direction)s"), what=f"{by}“{name}”" if name else by, direction=direction)


def _title_of(rules: RuleSet, tie: TieBreak) -> str:
    """The title of what a tie-break names, else its id."""
    for stage in rules.stages:
        if tie.by == "stage" and stage.id == tie.ref:
            return stage.title or stage.id
        if tie.stage in {"", stage.id} and tie.by in {"criterion", "aspect"}:
            nodes: tuple[Criterion | Aspect, ...] = stage.criteria() if tie.by == "criterion" else stage.aspects()
            for node in nodes:
                if node.id == tie.ref:
                    return node.title or node.id
    return tie.ref


def _vetoes(rules: RuleSet) -> Iterator[str]:
    names = _say(LIST).join(veto.title or veto.id for veto in rules.vetoes)
    yield _say(N_("有下列情形之一的，保留得分和名次，取消评奖资格：%(names)s。"), names=names)


def _awards(rules: RuleSet) -> Iterator[str]:
    for award in rules.awards:
        yield _say(N_("%(title)s：%(rule)s。"), title=award.title or award.id, rule=award_words(award, rules))
    if any(award.by == "share" for award in rules.awards):
        yield _say(N_("%(text)s。"), text=gettext(lists.label(lists.AWARD_ROUNDINGS, rules.award_rounding)))
    if any(award.by in {"share", "quota"} for award in rules.awards):
        yield _say(N_("并列多占的奖项名额：%(how)s。"), how=gettext(lists.label(lists.OVERFLOW, rules.award_overflow)))


def award_words(award: Award, ruleset: RuleSet | None = None) -> str:
    """第 1 至 3 名; 参赛者的 10%; 10 个名额; 总分不低于 90 分."""
    rules: Mapping[str, tuple[str, Mapping[str, object]]] = {
        "rank": event_wording.ranks(award.first, award.last),
        "share": (N_("%(of)s的 %(percent)s%%"), {"of": gettext(lists.label(lists.OF, award.of)),
                                                 "percent": _number(award.percent or Decimal(0))}),
        "quota": (N_("%(count)s 个名额"), {"count": award.count}),
        "threshold": ("", {}),
    }  # fmt: skip
    text, params = rules.get(award.by, ("", {}))
    parts = [_say(text, **params) if text else event_wording.award_base(award)]
    parts = [part for part in parts if part]
    if award.min is not None:
        parts.append(_say(N_("总分不低于 %(min)s 分"), min=_number(award.min)))
    if award.by in {"share", "quota"} and award.boundary_tie == "shrink":
        parts.append(_say(N_("并列压线的都不得奖")))
    return _say(COMMA).join([*parts, *event_wording.award_conditions(award, ruleset)])


def item_words(name: str, raw: Mapping[str, Any], rules: RuleSet | None, index: int) -> str:
    """A tie-break, veto or award of a draft in one line; an award's rule only where the draft can be read whole."""
    if name == "ties":
        by, direction = raw.get("by") or "total", raw.get("direction") or "desc"
        if rules is not None:
            return _tie(rules, rules.ties[index])
        what = gettext(lists.label(lists.TIE_BY, by)) + (f"“{raw['ref']}”" if raw.get("ref") else "")
        return _say(N_("%(what)s%(direction)s"), what=what, direction=gettext(lists.label(lists.DIRECTIONS, direction)))
    title = str(raw.get("title") or raw.get("id") or "")
    if name == "awards" and rules is not None:
        return _say(N_("%(title)s：%(rule)s"), title=title, rule=award_words(rules.awards[index], rules))
    return title
