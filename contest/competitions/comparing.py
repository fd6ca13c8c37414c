"""Two versions of a rule set side by side, in sentences: what was added, taken out, moved, and from what to what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contest.competitions.fields import BOXES, Box
from contest.competitions.outline import problems_in
from contest.competitions.parts import Document, find, kind_at
from contest.competitions.problem_texts import place_words
from contest.core.differing import ADDED, CHANGED, MOVED, REMOVED, Difference, differences
from contest.errors import NotFoundError
from contest.i18n import N_, gettext

_LONGEST = 300
_NAMES: Mapping[str, str] = {
    "schema": N_("格式版本"), "language": N_("语言"), "levels": N_("等级说明"), "note": N_("评分说明"),
    "children": N_("评分点"), "rubric": N_("评分项"), "stages": N_("阶段"), "periods": N_("考评期"),
    "awards": N_("奖项"), "ties": N_("同分规则"), "vetoes": N_("一票否决"), "sections": N_("标准章节"),
}  # fmt: skip
"""Fields without a box in the editor."""
_TELLING: Mapping[str, tuple[str, ...]] = {
    "stage": ("weight",), "criterion": ("weight", "floor", "cap"), "aspect": ("kind", "max", "weight", "note"),
    "period": ("weight",),
    "award": ("by", "first", "last", "percent", "of", "count", "min", "boundary_tie", "medal", "money"),
}  # fmt: skip
"""What is said of a part that was added or removed; of other kinds everything."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field in words; `before` or `after` is empty where there was or is nothing."""

    label: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        if not self.before:
            return _say(N_("“%(label)s”增加：%(after)s。"), label=self.label, after=self.after)
        if not self.after:
            return _say(N_("“%(label)s”取消，原为 %(before)s。"), label=self.label, before=self.before)
        text = N_("“%(label)s”由 %(before)s 改为 %(after)s。")
        return _say(text, label=self.label, before=self.before, after=self.after)


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """What differs in one part: its place in words, its kind of change, its changed fields."""

    place: str
    kind: str
    changes: tuple[Change, ...] = ()

    @property
    def headline(self) -> str:
        """`增加 阶段“实操” › 评分项“安全”`; the place alone where only fields changed."""
        texts = {ADDED: N_("增加 %(place)s"), REMOVED: N_("删去 %(place)s")}
        return _say(texts[self.kind], place=self.place) if self.kind in texts else self.place


def _say(text: str, /, **params: object) -> str:
    return gettext(text) % params


def compared(old: Document, new: Document) -> list[ChangedPart]:
    """Every difference from `old` to `new` in the current language, by part, in the order of the document.

    Two whole rule sets are compared with their defaults written out; a faulty draft as it was typed.
    """
    left, right = (problems_in(document)[0] for document in (old, new))
    if left is not None and right is not None:
        old, new = (_own_methods_only(json.loads(json.dumps(rules.to_document()))) for rules in (left, right))
    found: dict[tuple[str, str], list[Change]] = {}
    for difference in differences(old, new):
        document = old if difference.kind == REMOVED else new
        kind = CHANGED if difference.kind == MOVED else difference.kind
        changes = found.setdefault((kind, difference.path), [])
        changes += _changes(document, difference)
    ordered = sorted(found.items(), key=lambda item: bool(item[0][1]))  # what concerns all comes first
    return [
        ChangedPart(_place(old if kind == REMOVED else new, path), kind, tuple(changes))
        for (kind, path), changes in ordered
    ]


def _own_methods_only(document: Document) -> Document:
    """Without the methods that aspects only inherit: one change of the stage's method is one difference."""
    for stage in document["stages"]:
        default = (stage.get("panel") or {}).get("method")
        waiting = list(stage["rubric"])
        while waiting:
            node = waiting.pop()
            waiting += node.get("children", [])
            if default is not None and node.get("method") == default:
                del node["method"]
    return document


def _place(document: Document, path: str) -> str:
    try:
        return place_words(document, path)
    except NotFoundError:
        return path


def _changes(document: Document, difference: Difference) -> Iterator[Change]:
    kind = _kind(document, difference.path)
    if difference.kind == CHANGED:
        values = (_value(kind, difference.field, value) for value in (difference.before, difference.after))
        yield Change(_label(kind, difference.field), *values)
    elif difference.kind == MOVED:
        order = ("、".join(difference.before), "、".join(difference.after))
        yield Change(_say(N_("%(list)s的顺序"), list=_label(kind, difference.field)), *order)
    else:
        yield from _own_fields(kind, difference)


def _own_fields(kind: str, difference: Difference) -> Iterator[Change]:
    """The fields of a part that was added or removed, without what stands below it."""
    part = difference.after if difference.kind == ADDED else difference.before
    telling = _TELLING.get(kind)
    for box in BOXES.get(kind, ()):
        value = _inside(part, box.name)
        if box.name in {"id", "title"} or (box.name == "weight" and value == "1"):
            continue
        if value is not False and value not in (None, "", [], {}) and (telling is None or box.name in telling):
            shown = _value(kind, box.name, value)
            yield Change(gettext(box.label), *(("", shown) if difference.kind == ADDED else (shown, "")))


def _inside(part: Any, name: str) -> Any:
    for key in name.split("."):
        part = part.get(key) if isinstance(part, Mapping) else None
    return part


def _kind(document: Document, path: str) -> str:
    try:
        node = find(document, path) if path else document
        return kind_at(path, node if isinstance(node, Mapping) else {})
    except NotFoundError:
        return ""


def _label(kind: str, field: str) -> str:
    box = _box(kind, field)
    if box is not None:
        return gettext(box.label)
    heads = [box for box in BOXES.get(kind, ()) if box.holder == field]
    name = field.rpartition(".")[2]
    return gettext(heads[0].label) if heads else gettext(_NAMES[name]) if name in _NAMES else field


def _box(kind: str, field: str) -> Box | None:
    return next((box for box in BOXES.get(kind, ()) if box.name == field), None)


def _value(kind: str, field: str, value: Any) -> str:
    """A value in words: the label of a choice, 是 or 否, the fields of an object; empty for nothing."""
    if value is None or value in ("", [], {}):
        return ""
    box = _box(kind, field)
    if isinstance(value, bool):
        words = dict(box.choices).get("1" if value else "0") if box and box.choices else None
        return gettext(words) if words else gettext(N_("是") if value else N_("否"))
    if isinstance(value, Mapping):
        parts = [(_label(kind, f"{field}.{key}"), _value(kind, f"{field}.{key}", item)) for key, item in value.items()]
        return gettext(N_("；")).join(f"{label} {text}" for label, text in parts if text)
    if isinstance(value, list):
        return _listed(value)
    return gettext(dict(box.choices).get(str(value), str(value))) if box else str(value)[:_LONGEST]


def _listed(value: list[Any]) -> str:
    """A list of texts or of pairs (level and description); anything else as JSON."""
    texts = [" ".join(map(str, item)) if isinstance(item, list) else item for item in value]
    if all(isinstance(item, str) for item in texts):
        return gettext(N_("；")).join(texts)[:_LONGEST]
    return json.dumps(value, ensure_ascii=False)[:_LONGEST]
