"""Consequences in words."""

from __future__ import annotations

from collections.abc import Mapping

from contest.core.consequences import WITHDRAWN, Misfit
from contest.i18n import N_, gettext
from contest.standings.slip import STATUS_WORDS

_MISFITS: Mapping[str, str] = {
    "place_gone": N_(
        "阶段“%(stage)s”的评分点“%(aspect)s”已有 %(count)s 个分，新办法里没有它的位置。可以保留它并把权重改为 0。"
    ),
    "decimals_changed": N_("阶段“%(stage)s”的评分点“%(aspect)s”已有 %(count)s 个分，打分的小数位不能再改。"),
    "above_maximum": N_("阶段“%(stage)s”的评分点“%(aspect)s”有 %(count)s 个分高于新的最高分。"),
    "below_minimum": N_("阶段“%(stage)s”的评分点“%(aspect)s”有 %(count)s 个分低于新的最低分。"),
}
_OTHER = N_("阶段“%(stage)s”的评分点“%(aspect)s”有 %(count)s 个分不符合新的步长或范围。")


def misfit_words(misfit: Misfit) -> str:
    """Which marks would not fit, and the way to go."""
    names = {"stage": misfit.stage, "aspect": misfit.aspect, "count": misfit.count}
    return gettext(_MISFITS.get(misfit.code, _OTHER)) % names


def status_words(status: str) -> str:
    """ranked, incomplete … and withdrawn in words."""
    if status == WITHDRAWN:
        return gettext(N_("已退赛"))
    return gettext(STATUS_WORDS[status]) if status in STATUS_WORDS else status
