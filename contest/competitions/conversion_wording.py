"""Conversions, limits and translations of an aspect in plain words (评分办法): one clause each."""

from __future__ import annotations

from collections.abc import Iterator

from contest.competitions import field_choices as lists
from contest.core.canonical import plain_decimal
from contest.core.numbers import exact_text
from contest.core.rubric import Aspect, Conversion, Criterion, Limits, Rounding
from contest.i18n import N_, gettext

_TEXTS = {
    "completion": N_(
        "完成率低于 %(floor)s%% 不得分，100%% 得 %(full)s 分，其余按比例，超额最多多算 %(over_cap_pct)s%%"
    ),
    "difference": N_(
        "目标 %(target)s 得 %(full)s 分，%(side)s每差 %(per)s 扣 %(deduct)s 分（%(steps)s），最少 %(floor)s 分"
    ),
    "days": N_(
        "按期得 %(full)s 分，迟一天扣 %(late)s 分，提前一天加 %(early)s 分、最多加 %(early_cap)s 分，最少 %(floor)s 分"
    ),
    "per_unit": N_("%(base)s 分起，超过 %(from)s 的每 %(per)s 计 %(marks)s 分（%(steps)s）"),
    "table": N_("查表：%(rows)s"),
    "choices": N_("满分 %(full)s，按选项扣分：%(rows)s"),
    "pieces": N_("按折线换算：%(rows)s，其间按直线"),
    "ratio": N_("%(better)s得 %(full)s 分，其余按与最好值之比"),
    "share": N_("按占全部参赛者合计的比例，满额 %(full)s 分"),
    "rank_linear": N_("%(better)s列第 1，得 %(full)s 分，以后按名次均匀递减"),
}
_ROWS = {"table": "table", "choices": "choices", "pieces": "points"}


def conversion_words(rule: Conversion) -> str:
    """The conversion in one sentence, its rounding and its limits included."""
    if rule.name == "bands":
        text = _bands(rule)
    elif rule.name == "rank_points":
        text = _rank_points(rule)
    else:
        text = gettext(_TEXTS[rule.name]) % _parts(rule)
    return text + "".join(_limits(rule)) + rounded_words(rule.rounding)


def _parts(rule: Conversion) -> dict[str, str]:
    parts = {name: value for name, value in rule.parameters if isinstance(value, str)}
    for name, choices in (("side", lists.SIDES), ("steps", lists.STEPS), ("better", lists.BETTER)):
        if name in parts:
            parts[name] = gettext(lists.label(choices, parts[name]))
    rows = rule.rows(_ROWS.get(rule.name, ""))
    parts["rows"] = _joined(gettext(N_("%(value)s → %(marks)s")) % _pair(row[0], row[1]) for row in rows)
    return parts


def _pair(value: object, marks: object) -> dict[str, str]:
    return {"value": exact_text(value), "marks": exact_text(marks)}  # type: ignore[arg-type]


def _joined(texts: Iterator[str] | list[str]) -> str:
    return gettext(N_("、")).join(texts)


def _bands(rule: Conversion) -> str:
    reach = (
        N_("超过 %(value)s 得 %(marks)s 分") if rule.word("bounds") == "above" else N_("%(value)s 起得 %(marks)s 分")
    )
    found = []
    for row in rule.rows("bands"):
        text = gettext(reach) % _pair(row[0], row[1])
        if len(row) > 2:  # noqa: PLR2004
            more = N_("，以上每 %(value)s 再得 %(marks)s 分（%(steps)s）")
            text += gettext(more) % (
                _pair(row[2], row[3]) | {"steps": gettext(lists.label(lists.STEPS, rule.word("steps")))}
            )
        found.append(text)
    below = gettext(N_("分档：%(rows)s，不到最低一档得 %(below)s 分"))
    return below % {"rows": _joined(found), "below": exact_text(rule.number("below"))}


def _rank_points(rule: Conversion) -> str:
    better = gettext(lists.label(lists.BETTER, rule.word("better")))
    floor = exact_text(rule.number("floor"))
    if rule.rows("points"):
        points = _joined([exact_text(row[0]) for row in rule.rows("points")])
        return gettext(N_("%(better)s列第 1，按名次得 %(points)s 分，以后各名 %(floor)s 分")) % {
            "better": better, "points": points, "floor": floor,
        }  # fmt: skip
    words = {"better": better, "floor": floor, "first": exact_text(rule.number("first"))}
    text = N_("%(better)s列第 1，得 %(first)s 分，以后每低一名少 %(step)s 分，最少 %(floor)s 分")
    return gettext(text) % (words | {"step": exact_text(rule.number("step"))})


def _limits(rule: Conversion) -> Iterator[str]:
    if rule.name not in {"bands", "per_unit"}:
        return
    if rule.has("at_least"):
        yield gettext(N_("，不到 %(n)s 的不计")) % {"n": exact_text(rule.number("at_least"))}
    if rule.has("floor"):
        yield gettext(N_("，最少 %(n)s 分")) % {"n": exact_text(rule.number("floor"))}
    if rule.has("cap"):
        yield gettext(N_("，最多 %(n)s 分")) % {"n": exact_text(rule.number("cap"))}


def rounded_words(rounding: Rounding | None) -> str:
    """`，保留 2 位小数（四舍五入）`; empty where nothing is rounded."""
    if rounding is None:
        return ""
    mode = gettext(lists.label(lists.ROUNDINGS, rounding.mode))
    text = gettext(N_("保留 %(places)s 位小数（%(mode)s）")) % {"places": rounding.places, "mode": mode}
    return gettext(N_("，")) + text


def marks_words(aspect: Aspect) -> Iterator[str]:
    """What happens to single marks before they are pooled: translation by a table, bands of an entry's measure."""
    if aspect.grades:
        rows = _joined([gettext(N_("%(value)s → %(marks)s")) % _decimals(*pair) for pair in aspect.grades])
        yield gettext(N_("每位裁判的等级先按表换算：%(rows)s")) % {"rows": rows}
    if aspect.limits is not None:
        yield _bands_of_marks(aspect.limits)


def _decimals(value: object, marks: object) -> dict[str, str]:
    return {"value": plain_decimal(value), "marks": plain_decimal(marks)}  # type: ignore[arg-type]


def _bands_of_marks(limits: Limits) -> str:
    text = gettext(N_("%(start)s 起打 %(low)s 至 %(high)s 分"))
    rows = [text % dict(zip(("start", "low", "high"), map(plain_decimal, band), strict=True)) for band in limits.bands]
    return gettext(N_("按登记的“%(measure)s”限定打分范围：%(rows)s")) % {
        "measure": limits.measure,
        "rows": _joined(rows),
    }


def criterion_words(criterion: Criterion) -> Iterator[str]:
    """Which children of a criterion count, its floor and cap and their order, and its rounding."""
    if criterion.best is not None:
        one = N_("只计最高的一项，不重复计分")
        yield gettext(one if criterion.best == 1 else N_("只计最高的 %(n)s 项")) % {"n": criterion.best}
    if criterion.cap is not None:
        before = criterion.cap_order == "cap_then_deduct"
        text = N_("得分最多 %(cap)s 分，封顶之后再扣分") if before else N_("合计最多 %(cap)s 分")
        yield gettext(text) % {"cap": plain_decimal(criterion.cap)}
    if criterion.floor is not None:
        yield gettext(N_("合计最少 %(floor)s 分")) % {"floor": plain_decimal(criterion.floor)}
    if criterion.rounding is not None:
        yield rounded_words(criterion.rounding).removeprefix(gettext(N_("，")))
