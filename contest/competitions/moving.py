"""Moving a part of a draft: one step up, down, in or out, or to the place it was dragged to.

Criteria and aspects walk through the whole tree: the first aspect of a criterion moves up into the criterion before.
Every other part (stages, periods, ties …) stays in its own list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contest.competitions.parts import Document, find, kind_at, split
from contest.errors import ConflictError, NotFoundError
from contest.i18n import N_

WAYS = ("up", "down", "in", "out")
DEEPEST = 6
"""Levels of criteria, as the core reads them (`nested_too_deep`)."""
_TREE = frozenset({"rubric", "children"})
_END = N_("已经在最前或最后，不能再移动。")
_MISFIT = N_("不能放在那里：评分点要放在评分项里面，评分项最多 %(deepest)s 层，也不能放进它自己里面。")

Place = tuple[str, int]
"""A list and the index before which a part is put, counted before it is taken out."""


def move(document: Document, path: str, way: str) -> str:
    """Moves a part one step and gives its new path.

    Raises:
        NotFoundError: nothing stands at `path`, or there is no such way.
        ConflictError: there is nowhere to go that way.
    """
    find(document, path)
    place = step(document, path, way)
    if place is None:
        raise ConflictError(_END)
    return move_to(document, path, *place)


def ways(document: Document, path: str) -> frozenset[str]:
    """The directions in which a part can go."""
    return frozenset(way for way in WAYS if step(document, path, way) is not None)


def step(document: Document, path: str, way: str) -> Place | None:
    """Where one step leads, None if it leads nowhere."""
    list_path, index = split(path)
    steps = {"up": _up, "down": _down, "in": _in, "out": _out}
    if way not in steps:
        raise NotFoundError(N_("没有这个移动方向。"))
    place = steps[way](document, list_path, index)
    return place if place and fits(document, path, place[0]) else None


def _up(document: Document, list_path: str, index: int) -> Place | None:
    if index:
        return list_path, index - 1
    before = _beside(document, list_path, -1)
    return (before, len(find(document, before))) if before else None


def _down(document: Document, list_path: str, index: int) -> Place | None:
    if index + 1 < len(find(document, list_path)):
        return list_path, index + 2
    after = _beside(document, list_path, 1)
    return (after, 0) if after else None


def _in(document: Document, list_path: str, index: int) -> Place | None:
    inner = _inside(document, f"{list_path}[{index - 1}]") if index and _is_tree(list_path) else ""
    return (inner, len(find(document, inner))) if inner else None


def _out(document: Document, list_path: str, index: int) -> Place | None:
    del document, index
    if not list_path.endswith(".children"):
        return None
    holder_list, holder = split(list_path.removesuffix(".children"))
    return holder_list, holder + 1


def _is_tree(list_path: str) -> bool:
    return list_path.rpartition(".")[2] in _TREE


def _beside(document: Document, list_path: str, by: int) -> str:
    """The list of the holder's neighbour that may take a part of this one; empty if there is none."""
    if not _is_tree(list_path):
        return ""
    holder_list, holder = split(list_path.rpartition(".")[0])
    return _inside(document, f"{holder_list}[{holder + by}]") if holder + by >= 0 else ""


def _inside(document: Document, path: str) -> str:
    """The list inside a criterion or stage; empty for an aspect and for nothing."""
    try:
        node = find(document, path)
    except NotFoundError:
        return ""
    name = "children" if "children" in node else "rubric" if path.startswith("stages") and "." not in path else ""
    return f"{path}.{name}" if name and isinstance(node.setdefault(name, []), list) else ""


def fits(document: Document, path: str, list_path: str) -> bool:
    """Whether the part at `path` may stand in that list."""
    node = find(document, path)
    own, wanted = split(path)[0].rpartition(".")[2], list_path.rpartition(".")[2]
    if own not in _TREE or wanted not in _TREE:
        return split(path)[0] == list_path
    if list_path.startswith(f"{path}."):
        return False
    if kind_at(path, node) == "aspect":
        return wanted == "children"
    return list_path.count(".children") + _height(node) <= DEEPEST


def _height(node: Mapping[str, Any]) -> int:
    """Levels of criteria in a part: an aspect has none."""
    if "children" not in node:
        return 0
    return 1 + max((_height(child) for child in node["children"]), default=0)


def move_to(document: Document, path: str, list_path: str, index: int) -> str:
    """Puts a part before the item `index` of a list (its number of items: at the end) and gives its new path.

    Raises:
        NotFoundError: part or list is not there. ConflictError: it can't stand there.
    """
    node, target = find(document, path), find(document, list_path)
    if not isinstance(target, list) or not fits(document, path, list_path):
        raise ConflictError(_MISFIT, deepest=DEEPEST)
    source_path, position = split(path)
    source = find(document, source_path)
    at = min(index, len(target))
    target.insert(at, node)
    del source[position + 1 if source is target and at <= position else position]
    return path_of(document, node)


def path_of(document: Document, part: Any) -> str:
    """The path of this very object in the document; empty if it is not there."""

    def search(node: Any, path: str) -> str:
        if node is part:
            return path
        if isinstance(node, dict):
            inner = ((value, f"{path}.{key}" if path else key) for key, value in node.items())
        elif isinstance(node, list):
            inner = ((value, f"{path}[{index}]") for index, value in enumerate(node))
        else:
            return ""
        return next((found for value, place in inner if (found := search(value, place))), "")

    return search(document, "")
