"""What the core accepts and an organizer hardly means: shown with a link to its field, never refused.

A maximum nobody wrote, a tie-break that can never separate anybody, shares above the whole, levels without words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from contest.competitions.conversion_advice import conversion_advice
from contest.competitions.outline import Line, Outline, StageOutline
from contest.competitions.parts import Document
from contest.competitions.problem_texts import Fault, box_label, faults_of, place_words
from contest.core.checks import contradictions, notices
from contest.core.reader import Reader
from contest.core.rubric import Aspect, Criterion
from contest.i18n import N_, gettext

NO_MAXIMUM = N_("没有写最高分，现在按 100 分计。")
NO_LEVELS = N_("没有写 0–3 级的说明，裁判看不到每一级的标准。")
SAME_TIE = N_("与第 %(n)s 条相同，走到这里时一定仍然相同。")
TOTAL_TIE = N_("总分已经相同，再比总分分不出先后。")
ONLY_STAGE = N_("只有这一个阶段计入总分，总分相同时它也相同，分不出先后。")
POOLED_TIE = N_("“%(name)s”由整张评分表合成，自己没有得分，比不出先后。")
NO_WEIGHT_TIE = N_("“%(name)s”没有能得分的评分点，比不出先后。")
SHARES = N_("各等奖的比例合计 %(sum)s%%，超过 100%%。")
_WHOLE = 100
_POOLED_KINDS = frozenset({"judged"})


def advice_on(outline: Outline) -> list[Fault]:
    """Everything worth a second look, each with the part to open and the box."""
    found = [fault for stage in outline.stages for fault in _rubric(outline.document, stage)]
    return [*found, *_ties(outline), *_awards(outline.document), *_of_the_core(outline)]


def _of_the_core(outline: Outline) -> list[Fault]:
    """The core's own notices; contradictions of declared totals are shown beside the totals already."""
    if outline.rules is None:
        return []
    known = contradictions(outline.rules)
    return faults_of(outline.document, [notice for notice in notices(outline.rules) if notice not in known])


def _fault(document: Document, at: str, field: str, text: str, /, **params: object) -> Fault:
    place, box = place_words(document, at), box_label(document, at, field)
    sentence = gettext(text) % params if params else gettext(text)
    return Fault(at, f"{place} · {box}" if box else place, field, sentence)


def _rubric(document: Document, stage: StageOutline) -> Iterator[Fault]:
    for line in stage.lines:
        part, raw = line.part, line.raw
        if isinstance(part, Criterion):
            continue
        if raw.get("max") in {None, ""} and part.kind != "boolean":
            yield _fault(document, line.path, "max", NO_MAXIMUM)
        if part.kind == "judgement" and not part.levels:
            yield _fault(document, line.path, "levels.0", NO_LEVELS)
        if not line.faults:
            for field, text, params in conversion_advice(part, raw):
                yield _fault(document, line.path, field, text, **params)


def _ties(outline: Outline) -> Iterator[Fault]:
    seen: dict[tuple[str, str, str], int] = {}
    ties = outline.document.get("ties")
    for index, tie in enumerate(ties if isinstance(ties, list) else []):
        if not isinstance(tie, Mapping):
            continue
        key = (str(tie.get("by") or "total"), str(tie.get("ref") or ""), str(tie.get("stage") or ""))
        at = f"ties[{index}]"
        if key in seen:
            yield _fault(outline.document, at, "ref", SAME_TIE, n=seen[key])
        else:
            seen[key] = index + 1
            yield from _tie(outline, at, *key)


def _tie(outline: Outline, at: str, by: str, ref: str, stage_id: str) -> Iterator[Fault]:
    """Why this step can never separate two entries with the same total."""
    document = outline.document
    if by == "total":
        yield _fault(document, at, "by", TOTAL_TIE)
    if by == "stage" and _is_whole_total(outline, ref):
        yield _fault(document, at, "ref", ONLY_STAGE)
    for stage, line in _named(outline, by, ref, stage_id):
        name = line.part.title or line.part.id
        leaves = _leaves(line.part)
        if _pools(stage) and any(leaf.kind in _POOLED_KINDS for leaf in leaves):
            yield _fault(document, at, "ref", POOLED_TIE, name=name)
        elif not leaves:
            yield _fault(document, at, "ref", NO_WEIGHT_TIE, name=name)


def _is_whole_total(outline: Outline, ref: str) -> bool:
    counting = [stage for stage in outline.stages if Reader(stage.raw, "", []).number("weight", Decimal(1))]
    return len(counting) == 1 and str(counting[0].raw.get("id")) == ref and not counting[0].raw.get("rounding")


def _named(outline: Outline, by: str, ref: str, stage_id: str) -> Iterator[tuple[StageOutline, Line]]:
    for stage in outline.stages:
        if stage_id not in {"", str(stage.raw.get("id"))}:
            continue
        for line in stage.lines:
            if line.part.id == ref and by == ("criterion" if line.is_criterion else "aspect"):
                yield stage, line


def _pools(stage: StageOutline) -> bool:
    panel = stage.raw.get("panel")
    return isinstance(panel, Mapping) and panel.get("scope") == "sheet"


def _leaves(part: Criterion | Aspect) -> list[Aspect]:
    if isinstance(part, Aspect):
        return [part]
    return [leaf for child in part.children for leaf in _leaves(child)]


def _awards(document: Document) -> Iterator[Fault]:
    awards: Any = document.get("awards")
    shares = [
        Reader(award, "", []).number("percent", Decimal(0))
        for award in (awards if isinstance(awards, list) else [])
        if isinstance(award, Mapping) and award.get("by") == "share"
    ]
    if sum(shares, Decimal(0)) > _WHOLE:
        last = max(index for index, award in enumerate(awards) if award.get("by") == "share")
        yield _fault(document, f"awards[{last}]", "percent", SHARES, sum=sum(shares, Decimal(0)))
