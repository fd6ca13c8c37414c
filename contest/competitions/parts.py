"""Places in a rule-set document: `stages[0].rubric[1].children[2]`, the same spelling as the core's problem paths.

A draft is plain JSON; these functions find, add and remove its parts. They change the document they are given.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from contest.errors import NotFoundError
from contest.i18n import N_

Document = dict[str, Any]
RULES = "rules"
"""The address of the document's own fields (the empty path does not fit into a query string)."""

_STEP = re.compile(r"([a-z_]+)(?:\[(\d{1,4})\])?")
_KIND_OF_LIST = {
    "stages": "stage", "periods": "period", "sections": "section", "ties": "tie", "vetoes": "veto",
    "awards": "award", "classes": "class", "award_bounds": "bound", "statistics": "statistic",
    "promotions": "promotion", "rubric": "criterion", "children": "aspect",
}  # fmt: skip
_GONE = N_("这一部分已经不在评分办法里了，可能刚被删除或移动。请刷新页面。")


def steps(path: str) -> list[str | int]:
    """`a[1].b` -> ["a", 1, "b"]; NotFoundError for anything that is no path."""
    found: list[str | int] = []
    for piece in path.split(".") if path not in {"", RULES} else []:
        match = _STEP.fullmatch(piece)
        if match is None:
            raise NotFoundError(_GONE)
        found.append(match[1])
        if match[2] is not None:
            found.append(int(match[2]))
    return found


def find(document: Document, path: str) -> Any:
    """What stands at `path`: an object or a list.

    Raises:
        NotFoundError: nothing stands there.
    """
    node: Any = document
    for step in steps(path):
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            raise NotFoundError(_GONE) from None
    return node


def length(document: Document, list_path: str) -> int:
    """How many items a list has; none where there is no list."""
    try:
        items = find(document, list_path)
    except NotFoundError:
        return 0
    return len(items) if isinstance(items, list) else 0


def holds(document: Document, path: str, wanted: Callable[[Mapping[str, Any]], bool]) -> bool:
    """Whether an object stands at `path` and is the wanted one."""
    try:
        node = find(document, path)
    except NotFoundError:
        return False
    return isinstance(node, Mapping) and wanted(node)


def split(path: str) -> tuple[str, int]:
    """`stages[0].rubric[2]` -> (`stages[0].rubric`, 2); NotFoundError if the path names no list item."""
    match = re.fullmatch(r"(.+)\[(\d{1,4})\]", path)
    if match is None:
        raise NotFoundError(_GONE)
    return match[1], int(match[2])


def is_list_place(path: str) -> bool:
    """Whether `path` names a list to add to (not one of its items)."""
    return path not in {"", RULES} and not path.endswith("]") and path.rsplit(".", 1)[-1] in _KIND_OF_LIST


def kind_at(path: str, node: Mapping[str, Any]) -> str:
    """rules, stage, period, section, criterion, aspect, tie, veto or award."""
    if path in {"", RULES}:
        return RULES
    kind = _KIND_OF_LIST.get(split(path)[0].rsplit(".", 1)[-1])
    if kind is None:
        raise NotFoundError(_GONE)
    return "criterion" if kind == "aspect" and "children" in node else kind


def kind_in(list_path: str, wanted: str = "") -> str:
    """The kind of a new item of a list; below a criterion stand aspects and, if wanted, criteria."""
    kind = _KIND_OF_LIST[list_path.rsplit(".", 1)[-1]]
    return "criterion" if kind == "aspect" and wanted == "criterion" else kind


def add(document: Document, list_path: str, node: Document) -> str:
    """Appends to a list (made if absent) and gives the new item's path."""
    holder, _, name = list_path.rpartition(".")
    items = find(document, holder).setdefault(name, [])
    items.append(node)
    return f"{list_path}[{len(items) - 1}]"


def put(document: Document, path: str, node: Document) -> None:
    """Replaces the object at `path`; the document's own fields are replaced in place."""
    if path in {"", RULES}:
        document.clear()
        document.update(node)
        return
    list_path, index = split(path)
    find(document, list_path)[index] = node


def remove(document: Document, path: str) -> None:
    """Takes an item, with everything below it, out of its list."""
    find(document, path)
    list_path, index = split(path)
    del find(document, list_path)[index]


def count_below(node: Mapping[str, Any]) -> int:
    """How many aspects stand in a stage or criterion; an aspect counts as one."""
    below = node.get("children", node.get("rubric"))
    if not isinstance(below, list):
        return 1
    return sum(count_below(child) for child in below if isinstance(child, Mapping))


def stage_path(path: str) -> str:
    """The path of the stage that a part belongs to, empty for parts of the event."""
    match = re.match(r"stages\[\d+\]", path)
    return match[0] if match else ""


def free_id(document: Document, list_path: str, kind: str) -> str:
    """An id for a new part that its stage (or the document) does not use: A, B … for criteria, A1, A2 … below."""
    holder = find(document, list_path.rpartition(".")[0])
    used = set(ids_below(find(document, stage_path(list_path))))
    if kind in {"criterion", "aspect"}:
        prefix = str(holder.get("id", "")) if list_path.endswith("children") else ""
        letters = [chr(65 + n) for n in range(26)] if not prefix else []
        names = letters + [f"{prefix or 'A'}{n}" for n in range(1, 2000)]
        return next(name for name in names if name not in used)
    prefix = {"stage": "s", "veto": "v", "award": "a", "class": "c", "statistic": "t"}.get(kind, "")
    own = {str(item.get("id")) for item in holder.get(list_path.rsplit(".", 1)[-1], [])}
    return next(name for n in range(1, 2000) if (name := f"{prefix}{n}") not in own)


def ids_below(node: Any) -> list[str]:
    """All ids of criteria and aspects at and below a stage or criterion."""
    found: list[str] = []
    for key in ("rubric", "children"):
        for child in node.get(key) or [] if isinstance(node, Mapping) else []:
            found += [str(child.get("id", "")), *ids_below(child)]
    return found


def is_stage(path: str) -> bool:
    """Whether a path names a whole stage."""
    return re.fullmatch(r"stages\[\d+\]", path) is not None


def paths_with_id(node: Any, name: str, base: str = "") -> list[str]:
    """The paths of all parts with that id at and below a node (the document, a stage, a criterion)."""
    found: list[str] = []
    for key in ("stages", "rubric", "children"):
        items = node.get(key) if isinstance(node, Mapping) else None
        for index, child in enumerate(items if isinstance(items, list) else []):
            path = f"{base}{key}[{index}]"
            if isinstance(child, Mapping):
                found += [path] if str(child.get("id")) == name else []
                found += paths_with_id(child, name, f"{path}.")
    return found


def copied(document: Document) -> Document:
    """An independent copy to change and, if all is well, to save."""
    return copy.deepcopy(document)
