"""How typed text becomes JSON and back, by the boxes of a part.

What can't be read is kept as typed: the core then names it, and nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contest.competitions import field_choices as lists
from contest.competitions.box import Box
from contest.competitions.boxes import BOXES
from contest.core.marks import normalise_number
from contest.core.parsing_conversion import CONVERSIONS
from contest.i18n import N_, gettext

__all__ = ["BOXES", "KIND_WORDS", "Box", "part_from", "values_of"]

_BETWEEN = re.compile(r"[\s、,，;；:：=→]+")
_OF_ANY_CONVERSION = frozenset({"name", "rounding", "note"})
KIND_WORDS: Mapping[str, str] = {
    "rules": N_("总则"), "stage": N_("阶段"), "criterion": N_("评分项"), "aspect": N_("评分点"), "period": N_("考评期"),
    "section": N_("标准章节"), "tie": N_("同分规则"), "veto": N_("一票否决"), "award": N_("奖项"),
    "class": N_("组别"), "bound": N_("获奖者比例"), "statistic": N_("参考量表"), "promotion": N_("晋级对照"),
}  # fmt: skip


def values_of(kind: str, part: Mapping[str, Any]) -> dict[str, str]:
    """The boxes of a part as they are shown: every value as text, checked flags as "1"."""
    levels = {str(mark): str(text) for mark, text in (pair for pair in part.get("levels") or [] if len(pair) == 2)}  # noqa: PLR2004
    shown: dict[str, str] = {}
    for box in BOXES[kind]:
        value: Any = levels.get(box.name.rpartition(".")[2]) if box.kind == "level" else _get(part, box.name)
        if isinstance(value, list):
            value = _shown_list(box, value)
        if box.kind == "flag" and value is None:
            value = box.default
        if isinstance(value, bool):
            shown[box.name] = "1" if value else ("0" if box.kind == "choice" else "")
        else:
            shown[box.name] = "" if value is None else str(value)
    return shown


def part_from(kind: str, typed: Mapping[str, str], old: Mapping[str, Any]) -> dict[str, Any]:
    """`old` with the typed boxes put in; what has no box (children, periods, further levels) stays as it was."""
    part: dict[str, Any] = {key: dict(value) if isinstance(value, Mapping) else value for key, value in old.items()}
    for box in BOXES[kind]:
        if box.kind != "level":
            _set(part, box.name, _value(box, typed.get(box.name, "").strip()))
    if kind == "aspect":
        _set(part, "levels", _levels(typed, old) or None)
    for holder in {box.holder for box in BOXES[kind] if box.head}:
        if all(_get(part, box.name) is None for box in BOXES[kind] if box.head and box.holder == holder):
            _set(part, holder, None)
    _drop_foreign_parameters(part)
    for key in [key for key, value in part.items() if value == {}]:
        del part[key]
    return part


def _drop_foreign_parameters(part: dict[str, Any]) -> None:
    """Leaves a conversion only the parameters it knows: the form shows those of all conversions."""
    rule = part.get("conversion")
    if isinstance(rule, dict) and (known := CONVERSIONS.get(str(rule.get("name")))):
        part["conversion"] = {key: value for key, value in rule.items() if key in known or key in _OF_ANY_CONVERSION}


def _shown_list(box: Box, items: list[Any]) -> str:
    """Names on one line, rows and conditions a line each."""
    if box.kind == "names":
        return "、".join(str(item) for item in items)
    if box.kind == "parts":
        words = dict(lists.CONDITION_BY)
        lines = [
            [gettext(words.get(str(item.get("by")), "")), *(item.get(key) for key in ("ref", "min", "stage"))]
            for item in items if isinstance(item, Mapping)
        ]  # fmt: skip
    else:
        lines = [list(item) if isinstance(item, list) else [item] for item in items]
    return "\n".join(" ".join(str(cell) for cell in line if cell not in {None, ""}) for line in lines)


def _typed_list(box: Box, text: str) -> list[Any]:
    if box.kind == "names":
        return [name for name in _BETWEEN.split(text) if name]
    lines = [[cell for cell in _BETWEEN.split(line.strip()) if cell] for line in text.splitlines() if line.strip()]
    if box.kind == "parts":
        return [_condition(cells) for cells in lines]
    rows = [[normalise_number(cell) for cell in cells] for cells in lines]
    return [row[0] if len(row) == 1 else row for row in rows]


def _condition(cells: list[str]) -> dict[str, Any]:
    """阶段 theory 60: what must reach which mark, and (for criteria and aspects) in which stage."""
    words = {word: value for value, label in lists.CONDITION_BY for word in (value, label, gettext(label))}
    by, ref, least, stage = (*cells, "", "", "", "")[:4]
    found = {"by": words.get(by, by), "ref": ref, "min": normalise_number(least)}
    return found | ({"stage": stage} if stage else {})


def _value(box: Box, text: str) -> Any:
    if box.kind == "flag":
        return bool(text)
    if not text:
        return None
    if box.kind in {"rows", "names", "parts"}:
        return _typed_list(box, text)
    if box.choices in {lists.REQUIRED, lists.CHAIN}:
        return {"1": True, "0": False}.get(text, text)
    return _number(text, whole=box.kind == "whole") if box.kind in {"number", "whole"} else text


def _number(text: str, *, whole: bool) -> str | int:
    plain = normalise_number(text)
    is_short = plain.lstrip("-").isdecimal() and len(plain) < 10  # noqa: PLR2004
    return int(plain) if whole and is_short else plain


def _levels(typed: Mapping[str, str], old: Mapping[str, Any]) -> list[list[str]]:
    first = [[str(n), text] for n in range(4) if (text := typed.get(f"levels.{n}", "").strip())]
    further = [list(pair) for pair in old.get("levels") or [] if str(pair[0]) not in {"0", "1", "2", "3"}]
    return first + further


def _get(part: Mapping[str, Any], name: str) -> Any:
    value: Any = part
    for key in name.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _set(part: dict[str, Any], name: str, value: Any) -> None:
    holder, _, key = name.rpartition(".")
    target = part
    for step in holder.split(".") if holder else []:
        inner = target.get(step)
        if not isinstance(inner, dict):
            if value is None:
                return
            inner = target[step] = {}
        else:
            inner = target[step] = dict(inner)
        target = inner
    if value is None:
        target.pop(key, None)
    else:
        target[key] = value
