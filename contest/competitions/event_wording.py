"""The rules above the rubric in plain words: who goes on, places by judges, periods, classes, awards and promotion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from contest.core.canonical import plain_decimal
from contest.core.ruleset import Advance, Award, Condition, Panel, Promotion, RuleSet, Stage
from contest.i18n import N_, gettext

_MEDALS = {"gold": N_("金牌"), "silver": N_("银牌"), "bronze": N_("铜牌"), "excellence": N_("优胜奖章")}
_LIST = N_("、")


def _say(text: str, /, **params: object) -> str:
    return gettext(text) % params if params else gettext(text)


def _number(value: Decimal | None) -> str:
    return "" if value is None else plain_decimal(value)


def stage_words(stage: Stage) -> Iterator[str]:
    """The sentences of a stage beyond panel and rubric; none for a plain one."""
    if stage.panel.scope == "ranks":
        yield from _places(stage.panel)
    if stage.best is not None:
        yield _say(N_("只计最好的 %(n)s 期。"), n=stage.best)
    if stage.late is not None:
        text = N_("迟报每天扣 %(n)s 分") if stage.late.per == "day" else N_("迟报一次扣 %(n)s 分")
        most = "" if stage.late.most is None else _say(N_("，每期最多扣 %(n)s 分"), n=_number(stage.late.most))
        yield _say(N_("%(text)s。"), text=_say(text, n=_number(stage.late.each)) + most)
    if stage.advance is not None:
        yield advance_words(stage.advance)


def _places(panel: Panel) -> Iterator[str]:
    method = panel.places.method if panel.places else "skating"
    methods = {
        "skating": N_("各裁判的评分表只用来排名次，按过半数裁判的名次定先后。"),
        "borda": N_("各裁判的评分表只用来排名次，名次折成分后相加。"),
    }
    yield _say(methods[method])
    ties = {
        "refuse": N_("同一裁判不得给两个参赛者相同的分。"),
        "share": N_("同一裁判给出相同的分时，平分名次。"),
    }
    yield _say(ties[panel.places.judge_ties if panel.places else "refuse"])


def advance_words(rule: Advance) -> str:
    """按总分取前 20 名晋级；并列者一并晋级。未晋级的排在晋级者之后。"""
    by = _say(N_("本阶段得分")) if rule.by == "stage" else _say(N_("到本阶段为止的总分"))
    parts = []
    if rule.count is not None:
        parts.append(_say(N_("取前 %(n)s 名"), n=rule.count))
    if rule.percent is not None:
        of = _say(N_("本阶段参赛数")) if rule.of == "entrants" else _say(N_("本阶段有成绩者"))
        parts.append(_say(N_("取%(of)s的 %(n)s%%"), of=of, n=_number(rule.percent)))
    if rule.min is not None:
        parts.append(_say(N_("不低于 %(n)s 分"), n=_number(rule.min)))
    tie = _say(N_("并列者一并晋级")) if rule.tie == "expand" else _say(N_("并列压线的都不晋级"))
    text = N_("按%(by)s%(how)s晋级，%(tie)s；未晋级的排在晋级者之后。")
    return _say(text, by=by, how=_say(_LIST).join(parts), tie=tie)


def ranking_words(rules: RuleSet) -> Iterator[str]:
    """Classes and what stands beside the ranking."""
    if rules.combine == "last":
        yield _say(N_("以最后参加的阶段的得分为总分。"))
    if rules.classes:
        names = _say(_LIST).join(item.title or item.id for item in rules.classes)
        yield _say(N_("参赛者分为以下组别：%(names)s。"), names=names)
    if rules.rank_within == "class":
        yield _say(N_("各组别分别排名。"))
    for item in rules.statistics:
        text = N_("另附“%(title)s”（中心 %(centre)s），只供参考，不用来排名，也不是世赛官方分。")
        yield _say(text, title=item.title or item.id, centre=_number(item.centre))


def award_base(award: Award) -> str:
    """What decides a tier that is by rank share or medal; empty for the other kinds."""
    if award.by == "rank_share":
        return _say(N_("名次在前 %(percent)s%% 以内"), percent=_number(award.percent))
    return _say(N_("按奖牌规则得%(medal)s者"), medal=_say(_MEDALS[award.medal])) if award.by == "medal" else ""


def award_conditions(award: Award, rules: RuleSet | None = None) -> list[str]:
    """Classes, conditions, money and points of a tier."""
    parts = [_condition(part, rules) for part in award.conditions]
    if award.per == "class":
        parts.append(_say(N_("各组别分别评定")))
    if award.classes:
        titles = {item.id: item.title or item.id for item in rules.classes} if rules else {}
        names = _say(_LIST).join(titles.get(name, name) for name in award.classes)
        parts.append(_say(N_("限组别：%(names)s"), names=names))
    if award.beside:
        parts.append(_say(N_("可与其他奖项兼得")))
    if award.money is not None:
        parts.append(_say(N_("奖金 %(n)s 元"), n=_number(award.money)))
    if award.points is not None:
        parts.append(_say(N_("积 %(n)s 分"), n=_number(award.points)))
    return parts


def _condition(part: Condition, rules: RuleSet | None) -> str:
    stages = rules.stages if rules else ()
    titles: Mapping[str, str] = {stage.id: stage.title or stage.id for stage in stages} if part.by == "stage" else {}
    name = titles.get(part.ref, part.ref)
    return _say(N_("“%(name)s”不低于 %(min)s 分"), name=name, min=_number(part.min))


def limits_words(rules: RuleSet) -> Iterator[str]:
    """What holds for all awards together: the limit, shares of categories, medals."""
    if rules.award_limit is not None:
        yield _say(N_("获奖者总数不超过 %(n)s%%，超出时从最低的奖项减起。"), n=_number(rules.award_limit.percent))
    for bound in rules.award_bounds:
        name = bound.title or bound.category
        if bound.min_percent is not None:
            yield _say(N_("获奖者中%(name)s不少于 %(n)s%%。"), name=name, n=_number(bound.min_percent))
        if bound.max_percent is not None:
            yield _say(N_("获奖者中%(name)s不超过 %(n)s%%。"), name=name, n=_number(bound.max_percent))
    if rules.medals is not None:
        yield _say(N_("与同组最好者相差不超过 %(n)s 分的同得一种奖牌。"), n=_number(rules.medals.tie))
        if rules.medals.by_entrants:
            yield _say(N_("6 人以上设金银铜牌，5 人设金银牌，4 人只设金牌，3 人以下不设奖牌。"))


def ranks(first: int | None, last: int | None) -> tuple[str, Mapping[str, object]]:
    """第 1 至 3 名, or 第 1 名: the text and what it is filled with."""
    if (first or 1) == last:
        return N_("第 %(first)s 名"), {"first": last}
    return N_("第 %(first)s 至 %(last)s 名"), {"first": first or 1, "last": last}


def promotion_words(rule: Promotion, rules: RuleSet) -> str:
    """第 1 至 3 名、持有技师的，晋升高级技师。"""
    parts = []
    if rule.award:
        titles = {award.id: award.title or award.id for award in rules.awards}
        parts.append(_say(N_("获%(award)s"), award=titles.get(rule.award, rule.award)))
    if rule.last is not None:
        text, params = ranks(rule.first, rule.last)
        parts.append(_say(text, **params))
    if rule.min is not None:
        parts.append(_say(N_("总分不低于 %(min)s 分"), min=_number(rule.min)))
    if rule.held:
        parts.append(_say(N_("已持有%(held)s"), held=_say(_LIST).join(rule.held)))
    return _say(N_("%(who)s的，晋升%(grants)s。"), who=_say(_LIST).join(parts), grants=rule.grants)
