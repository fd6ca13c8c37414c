"""The computation slip (算分单) of one entry: the explanation tree as rows that a page or a PDF prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from contest.core.explanation import Explanation
from contest.core.marks import NOT_PERFORMED, RECUSED, SCORED, format_units
from contest.core.numbers import round_decimal
from contest.core.ranking import Decision
from contest.core.rubric import Aspect, Criterion
from contest.core.ruleset import RuleSet, Stage
from contest.core.scoring import Result, Standing
from contest.i18n import N_, gettext
from contest.standings import stage_words, words

STATES = {RECUSED: N_("回避"), NOT_PERFORMED: N_("未完成"), "missing": N_("缺")}
STATUS_WORDS = {
    "ranked": N_("已排名"),
    "incomplete": N_("尚不完整"),
    "no_marks": N_("没有分数"),
    "disqualified": N_("取消资格"),
}


@dataclass(frozen=True, slots=True)
class MarkCell:
    """One judge's mark as printed; `dropped` is empty, `high` or `low`."""

    judge: str
    text: str
    dropped: str = ""


@dataclass(frozen=True, slots=True)
class SlipRow:
    """One line: a stage, period, criterion, judge's sheet or aspect, with the sentences that lead to its value."""

    depth: int
    kind: str
    title: str
    value: str
    weight: str = ""
    maximum: str = ""
    marks: tuple[tuple[MarkCell, ...], ...] = ()
    sentences: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slip:
    """The whole slip: rows from the first stage down, then total, rank and what decided a tie."""

    rows: tuple[SlipRow, ...]
    total: str
    rank: str
    status: str
    total_sentences: tuple[str, ...]
    tie_sentences: tuple[str, ...]


def make_slip(result: Result, code: str) -> Slip:
    """The slip of the entry `code` in the current language; KeyError for an unknown code."""
    standing, tree, rules = result.standing(code), result.explain(code), result.rules
    titles = {stage.id: stage.title or stage.id for stage in rules.stages}
    sentences = [
        stage_words.sum_sentence(tree, lambda node: titles[node.label]),
        words.rounding_sentence(tree.operation),
    ]
    sentences += stage_words.passage_sentences(standing, titles)
    return Slip(
        rows=tuple(row for node in tree.inputs for row in _stage_rows(rules.stage(node.label), node)),
        total="—" if standing.published is None else format(standing.published, "f"),
        rank=standing.rank or "—",
        status=gettext(STATUS_WORDS[standing.status]),
        total_sentences=tuple(text for text in sentences if text),
        tie_sentences=tuple(_tie_sentences(rules, standing)),
    )


def _stage_rows(stage: Stage, node: Explanation) -> Iterator[SlipRow]:
    periods = {period.id: period.title or period.id for period in stage.periods}
    texts = (stage_words.sum_sentence(node, lambda part: periods[part.label]), words.rounding_sentence(node.operation))
    yield _row(0, node, stage.title or stage.id, texts)
    names = _names(stage)
    for period in node.inputs:
        depth = 1
        if len(node.inputs) > 1 or "places" in period.operation:
            text = words.sum_sentence(period, lambda part: names.get(part.label, ""))
            yield _row(1, period, periods[period.label], (text, words.rounding_sentence(period.operation)))
            depth = 2
        for part in period.inputs:
            yield from _part_rows(stage, names, part, depth)


def _names(stage: Stage) -> dict[str, str]:
    named: list[Aspect | Criterion] = [*stage.aspects(), *stage.criteria()]
    return {item.id: item.title or item.id for item in named}


def _part_rows(stage: Stage, names: Mapping[str, str], node: Explanation, depth: int) -> Iterator[SlipRow]:
    if node.kind == "aspect":
        yield _aspect_row(next(item for item in stage.aspects() if item.id == node.label), node, depth)
        return
    if node.kind == "normalised":
        yield _row(depth, node, gettext("评审组之间折算"), (words.normalised_sentence(node),))
        for part in node.inputs:
            yield from _part_rows(stage, names, part, depth + 1)
        return
    if node.kind == "late":
        yield _row(depth, node, gettext("迟报"), (stage_words.late_sentence(node),))
        return
    if node.kind == "sheets":
        values = [_worth(part) for part in node.inputs if part.value is not None]
        texts: tuple[str | None, ...] = (_sheets_sentence(node, values), words.rounding_sentence(node.operation))
        yield _row(depth, node, gettext("各裁判总分"), texts)
    else:
        title = names[node.label] if node.kind == "criterion" else gettext("裁判 %(code)s") % {"code": node.label}
        sums = words.sum_sentence(node, lambda part: names.get(part.label, ""))
        place = stage_words.sheet_sentence(node) if node.kind == "sheet" else None
        texts = (sums, words.limits_sentence(node), words.rounding_sentence(node.operation), place)
        yield _row(depth, node, title, texts)
    for part in node.inputs:
        yield from _part_rows(stage, names, part, depth + 1)


def _sheets_sentence(node: Explanation, values: list[Fraction]) -> str | None:
    """Which whole sheets were dropped is said in numbers: the sheets themselves follow below."""
    if node.operation["op"] in ("skating", "borda", "places"):
        return stage_words.places_sentence(node)
    if node.value is None or not values:
        return None
    high, low = (int(str(node.operation.get(key, 0))) for key in ("drop_high", "drop_low"))
    kept = sorted(values)[low : len(values) - high]
    shown = {"high": str(high), "low": str(low), "terms": "、".join(map(words.number, kept))}
    return gettext("去掉 %(high)s 个最高、%(low)s 个最低，按所余 %(terms)s 计算") % shown


def _aspect_row(aspect: Aspect, node: Explanation, depth: int) -> SlipRow:
    sentences: list[str | None] = []
    for step in node.inputs:
        sentences += _step_sentences(step)
    sentences += [words.repetitions_sentence(node), words.rounding_sentence(node.operation)]
    if node.operation.get("sign") == -1 and node.value:
        sentences.append(gettext("扣分，从总和中减去"))
    marks = tuple(_cells(aspect, step) for step in node.inputs)
    maximum = format(aspect.max, "f") if aspect.kind not in ("deduction", "bonus") else ""
    return _row(depth, node, aspect.title or aspect.id, tuple(sentences), marks, maximum)


def _step_sentences(step: Explanation) -> list[str | None]:
    """The sentences of one attempt, innermost first: panel, conversion, factor, each with its rounding."""
    inner = _step_sentences(step.inputs[0]) if step.kind in ("converted", "multiplied") else []
    if step.kind == "multiplied":
        return [*inner, words.factor_sentence(step), words.rounding_sentence(step.operation)]
    if step.value is None:
        return inner
    if step.kind == "converted":
        return [*inner, words.conversion_sentence(step), words.rounding_sentence(step.operation)]
    counted = [_worth(part) for part in step.inputs if _counts(part) and part.value is not None]
    lone = len(step.inputs) == 1 and step.operation["op"] in ("mean", "agreed", "sum", "median", "majority")
    method = None if lone else words.method_sentence(step, counted)
    return [*inner, words.clamp_sentence(step), method, words.rounding_sentence(step.operation)]


def _worth(mark: Explanation) -> Fraction:
    """What a mark counts as: itself, or what translation or clamping made of it."""
    worth = mark.operation.get("counts_as", mark.value)
    return Fraction(0 if worth is None else worth)


def _counts(mark: Explanation) -> bool:
    return mark.operation.get("state") == SCORED and "dropped" not in mark.operation


def _cells(aspect: Aspect, step: Explanation) -> tuple[MarkCell, ...]:
    while step.kind in ("converted", "multiplied"):
        step = step.inputs[0]
    return tuple(_cell(aspect, part) for part in step.inputs)


def _cell(aspect: Aspect, mark: Explanation) -> MarkCell:
    state = str(mark.operation.get("state", SCORED))
    if state != SCORED or mark.value is None:
        return MarkCell(mark.label, gettext(STATES.get(state, N_("缺"))))
    units = int(mark.value * 10**aspect.decimals)
    return MarkCell(mark.label, format_units(units, aspect.decimals), str(mark.operation.get("dropped", "")))


def _row(
    depth: int,
    node: Explanation,
    title: str,
    sentences: tuple[str | None, ...],
    marks: tuple[tuple[MarkCell, ...], ...] = (),
    maximum: str = "",
) -> SlipRow:
    waiting = (
        tuple(dict.fromkeys(words.reason_words(reason) for reason in node.reasons)) if node.kind == "aspect" else ()
    )
    return SlipRow(
        depth=depth,
        kind=node.kind,
        title=title,
        value=_value(node),
        weight="" if node.weight == 1 else words.number(node.weight),
        maximum=maximum,
        marks=marks,
        sentences=tuple(text for text in sentences if text),
        waiting=waiting,
    )


def _value(node: Explanation) -> str:
    if node.value is not None and "places" in node.operation:
        return format(round_decimal(node.value, int(str(node.operation["places"]))), "f")
    return words.number(node.value)


def _tie_sentences(rules: RuleSet, standing: Standing) -> Iterator[str]:
    if standing.decided_by is not None:
        yield decision_words(rules, standing.decided_by)
    if standing.tied:
        yield gettext("与其他参赛者完全相同，名次并列")


def decision_words(rules: RuleSet, decision: Decision) -> str:
    """`总分相同，按“实际操作”比较，高者在前：012A 88.5，034B 87.0`."""
    values = [(code, words.number(value)) for code, value in decision.compared]
    return words.decision_sentence(decision.by, compared_title(rules, decision), decision.direction, values)


def compared_title(rules: RuleSet, decision: Decision) -> str:
    """The title of what a step of the tie chain compared, as the rule set writes it; its id without one."""
    if decision.by == "stage":
        return rules.stage(decision.ref).title or decision.ref
    names = {key: title for stage in rules.stages for key, title in _names(stage).items()}
    return names.get(decision.ref, decision.ref)
