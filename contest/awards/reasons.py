"""Why an award: kept as a small JSON beside it, told as a sentence in the reader's language."""

from __future__ import annotations

import json

from contest.core.awarding import AwardGrant
from contest.core.ruleset import Award
from contest.core.scoring import Standing
from contest.i18n import N_, gettext

RANK = N_("办法规定第 %(first)s 至 %(last)s 名")
ONE_RANK = N_("办法规定第 %(first)s 名")
SHARE = N_("办法规定参赛数的 %(percent)s%%，共 %(quota)s 个名额，位列其中第 %(place)s")
RANKED_SHARE = N_("办法规定有名次者的 %(percent)s%%，共 %(quota)s 个名额，位列其中第 %(place)s")
QUOTA = N_("共 %(quota)s 个名额，位列其中第 %(place)s")
THRESHOLD = N_("总分 %(total)s，达到 %(min)s 分")
LOWEST = N_("总分 %(total)s，不低于 %(min)s 分")
SHARED = N_("并列跨过名额边界，按办法一并授予")
TIED = N_("与他人并列")
RANK_SHARE = N_("办法规定名次在参赛数的 %(percent)s%% 以内")
RANKED_RANK_SHARE = N_("办法规定名次在有名次者的 %(percent)s%% 以内")
MEDAL = N_("按办法的奖牌规则")
OWN_MEDAL = N_("按办法的奖牌规则得%(medal)s")
MEDAL_NAMES = {"gold": N_("金牌"), "silver": N_("银牌"), "bronze": N_("铜牌"), "excellence": N_("优胜奖章")}


def reason_of(award: Award, grant: AwardGrant, row: Standing) -> str:
    """The facts behind one grant as a JSON text; numbers as texts, exact."""
    facts: dict[str, object] = {"by": award.by, "place": grant.place, "total": _text(row.published)}
    facts |= {"first": award.first, "last": award.last, "percent": _text(award.percent), "of": award.of}
    facts |= {"quota": grant.quota, "min": _text(award.min), "shared": grant.shared, "tied": row.tied}
    facts |= {"medal": award.medal if award.by == "medal" else ""}
    return json.dumps({key: value for key, value in facts.items() if value not in (None, "", False)})


def reason_text(reason: str) -> str:
    """The sentence of a kept reason, in the reader's language."""
    facts = json.loads(reason or "{}")
    if not facts:
        return ""
    parts = [_main(facts)]
    if "min" in facts and facts["by"] != "threshold":
        parts.append(LOWEST)
    if "shared" in facts:
        parts.append(SHARED)
    elif "tied" in facts:
        parts.append(TIED)
    separator = gettext("；")
    return separator.join(gettext(part) % facts for part in parts)


def _main(facts: dict[str, object]) -> str:
    if facts["by"] == "rank":
        facts["first"] = facts.get("first") or 1
        facts["last"] = facts.get("last") or facts["first"]
        return ONE_RANK if facts["first"] == facts["last"] else RANK
    if facts["by"] == "medal":
        medal = str(facts.get("medal", ""))  # awards given earlier do not say which
        facts["medal"] = gettext(MEDAL_NAMES.get(medal, ""))
        return OWN_MEDAL if medal else MEDAL
    if facts["by"] == "rank_share":
        return RANKED_RANK_SHARE if facts.get("of") == "ranked" else RANK_SHARE
    if facts["by"] == "share":
        return RANKED_SHARE if facts.get("of") == "ranked" else SHARE
    return QUOTA if facts["by"] == "quota" else THRESHOLD


def _text(value: object) -> str | None:
    return None if value is None else str(value)
