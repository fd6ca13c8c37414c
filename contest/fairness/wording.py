"""What the figures say, in plain words. Each sentence says what a figure means and what it does not prove."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from contest.i18n import N_, gettext

Row = Mapping[str, Any]

VERDICTS: Mapping[str, tuple[str, str]] = {
    "few": (N_("分太少，说不出"), "none"),
    "level": (N_("不明显"), "ok"),
    "strict": (N_("偏严"), "warn"),
    "lenient": (N_("偏松"), "warn"),
    "steady": (N_("没有明显漂移"), "ok"),
    "up": (N_("越往后越松"), "warn"),
    "down": (N_("越往后越严"), "warn"),
    "stands_out": (N_("明显偏向本单位"), "bad"),
}
"""Verdict -> its words and the kind of its tag."""

SCOPES: Mapping[str, str] = {"stage": N_("本阶段"), "competition": N_("本竞赛合计")}
UNITS: Mapping[str, str] = {"marks": N_("分"), "percent": N_("满分的百分比")}

WHY: Mapping[str, str] = {
    "few": N_("分太少，说不出"),
    "equal": N_("所有的分都一样，算不出"),
}

MEANINGS: Mapping[str, str] = {
    "severity": N_(
        "数字是这位裁判给的分比全组平均高多少，短横是把握范围；偏严或偏松对所有参赛者一样时不影响名次，也不说明谁打得对。"
    ),
    "spread": N_(
        "离散程度大，说明这位裁判拉得开差距；太小说明他给谁都差不多。两者都不等于打错，只是去掉最高最低时起的作用不同。"
    ),
    "agreement": N_("数字越接近 1，裁判们排出的先后越一致；一致不等于公正，大家也可能一起看错。"),
    "outliers": N_("这些分离同组其他裁判太远，值得回看原因；只作提示，一个分也没有改，也可能正是他看得仔细。"),
    "drift": N_(
        "按裁判自己评的先后分段，看他比全组平均高出的部分有没有变；全组一起变看不出来，出场好坏不均也会造成变化。"
    ),
    "own": N_(
        "比较这位裁判对本单位和对别的单位时高出全组平均的差；偶然率是随便挑同样多的参赛也差这么多的机会。差得明显值得询问，但不证明有意偏袒。"
    ),
    "removal": N_("逐个去掉一名裁判，由同一套评分办法重新精确计算；变动多说明结果靠他一人较多，不说明他的分不对。"),
    "one_mark": N_(
        "把分界线两侧参赛者的每一个分，逐个换成同组其他裁判的中位数再算；能越线说明线很近，不说明那个分打错了。"
    ),
    "lines": N_("差得越少，名单越经不起一个分的出入；接近不等于不公，只提醒复核时先看这里。"),
}
"""Section -> the sentence below its figure."""


def signed(text: str | None) -> str:
    """+0.39, −0.20, 0.00."""
    if text is None:
        return "—"
    value = Fraction(text)
    return f"+{text}" if value > 0 else text.replace("-", "−")


def interval_words(row: Row) -> str:
    """The ends of an interval."""
    if row["low"] is None:
        return "—"
    return gettext("%(low)s 至 %(high)s") % {"low": signed(row["low"]), "high": signed(row["high"])}


def severity_title(body: Row) -> str:
    """Who is strict and who is lenient, by code."""
    strict = _judges(body["severity"], "strict")
    lenient = _judges(body["severity"], "lenient")
    parts = []
    if strict:
        parts.append(gettext("%(who)s 偏严") % {"who": strict})
    if lenient:
        parts.append(gettext("%(who)s 偏松") % {"who": lenient})
    return gettext("，").join(parts) or gettext("没有裁判明显偏严或偏松")


def drift_title(body: Row) -> str:
    """Who becomes stricter or more lenient."""
    up, down = _judges(body["drift"], "up"), _judges(body["drift"], "down")
    parts = []
    if up:
        parts.append(gettext("%(who)s 越往后越松") % {"who": up})
    if down:
        parts.append(gettext("%(who)s 越往后越严") % {"who": down})
    return gettext("，").join(parts) or gettext("没有裁判明显漂移")


def own_title(body: Row) -> str:
    """Whose preference stands out."""
    out = [own_label(row) for row in body["own"] if row["verdict"] == "stands_out"]
    if out:
        return gettext("%(who)s 对本单位的分明显偏高") % {"who": gettext("、").join(out)}
    return gettext("没有裁判明显偏向本单位")


def own_label(row: Row) -> str:
    """The judge and, for the whole competition, that it is the whole."""
    return row["judge"] if row["scope"] == "stage" else f"{row['judge']} · {gettext(SCOPES[row['scope']])}"


def removal_title(body: Row) -> str:
    """Whose absence changes most ranks."""
    rows = [row for row in body["removal"] if row["possible"]]
    most = max(row["changed"] for row in rows)
    if not most:
        return gettext("去掉任何一名裁判，名次都不变")
    who = gettext("、").join(row["judge"] for row in rows if row["changed"] == most)
    return gettext("去掉 %(who)s，名次变动最多：%(n)s 个") % {"who": who, "n": most}


def line_label(line: Row) -> str:
    """Which boundary."""
    if line["award"]:
        return gettext("%(title)s以下") % {"title": line["title"] or line["award"]}
    return gettext("第 %(n)s 名以下") % {"n": line["place"]}


def crossed_words(line: Row, crossed: Row) -> str:
    """Who would cross one line."""
    params = {"line": line_label(line), "up": "、".join(crossed["up"]), "down": "、".join(crossed["down"])}
    if crossed["up"] and crossed["down"]:
        return gettext("%(line)s：%(up)s 上，%(down)s 下") % params
    if crossed["up"]:
        return gettext("%(line)s：%(up)s 上") % {"line": params["line"], "up": params["up"]}
    return gettext("%(line)s：%(down)s 下") % {"line": params["line"], "down": params["down"]}


def removal_words(body: Row, row: Row) -> str:
    """What happens at the lines without this judge."""
    if not row["possible"]:
        return gettext("去掉以后分不够，按办法算不出名次")
    words = [
        crossed_words(line, crossed)
        for line, crossed in zip(body["lines"], row["crossed"], strict=False)
        if crossed["up"] or crossed["down"]
    ]
    if row["lost"]:
        words.append(gettext("%(n)s 个参赛因分不够而没有名次，未比较分界线") % {"n": row["lost"]})
    return gettext("；").join(words) or gettext("分界线不变")


def figure_words(figure: Row) -> str:
    """A value, or why there is none."""
    return str(figure["value"]) if figure["value"] is not None else gettext(WHY[figure["why"]])


def chance_words(row: Row) -> str:
    """The chance of a permutation test as a percentage; below the smallest that the shuffles can show, that."""
    if row["chance"] is None:
        return "—"
    percent = Fraction(row["chance"]) * 100
    return "< 0.01%" if percent < Fraction(2, 100) else f"{float(percent):.2f}%"


def _judges(rows: Any, verdict: str) -> str:
    return gettext("、").join(row["judge"] for row in rows if row["verdict"] == verdict)
