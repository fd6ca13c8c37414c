"""What differs between two documents of the same form (two versions of a rule set), field by field.

Items of a list are the same item where they have the same `id`; lists of items without ids are compared by place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contest.core.canonical import canonical_json

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `path` names the part (`stages[0].rubric[1]`, empty for the document itself).

    It is the path in the new document, of a removed part that in the old one. `field`: the changed field inside the
    part (`panel.method.drop_high`), empty for a part added or removed; of `moved` the list whose order changed, with
    the ids before and after.
    """

    kind: str
    path: str
    field: str = ""
    before: Any = None
    after: Any = None


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """All differences in the order of the new document, what is gone after what is there; none for equal ones.

    Absent and null are the same here: a document that writes its defaults out has both.
    """
    return list(_parts(old, new, "", ""))


def _parts(old: Mapping[str, Any], new: Mapping[str, Any], path: str, field: str) -> Iterator[Difference]:
    """Two objects at the same place; `field` is their place inside the part at `path`."""
    keys = [*new, *(key for key in old if key not in new)]
    for key in keys:
        before, after = old.get(key), new.get(key)
        name = f"{field}.{key}" if field else key
        if _is_items(before) and _is_items(after):
            yield from _lists(before or [], after or [], path, name)
        elif isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _parts(before, after, path, name)
        elif canonical_json(before) != canonical_json(after):  # 1 and true are equal to Python
            yield Difference(CHANGED, path, name, before, after)


def _is_items(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(item, Mapping) for item in value))


def _lists(old: Sequence[Any], new: Sequence[Any], path: str, name: str) -> Iterator[Difference]:
    place = f"{path}.{name}" if path else name
    if not (_have_ids(old) and _have_ids(new)):
        yield from _by_place(old, new, place)
        return
    known = {str(item["id"]): (number, item) for number, item in enumerate(old)}
    wanted = {str(item["id"]): number for number, item in enumerate(new)}
    for number, item in enumerate(new):
        if str(item["id"]) in known:
            yield from _parts(known[str(item["id"])][1], item, f"{place}[{number}]", "")
        else:
            yield Difference(ADDED, f"{place}[{number}]", after=item)
    yield from (Difference(REMOVED, f"{place}[{n}]", before=item) for key, (n, item) in known.items()
                if key not in wanted)  # fmt: skip
    before, after = [key for key in known if key in wanted], [key for key in wanted if key in known]
    if before != after:
        yield Difference(MOVED, path, name, before, after)


def _have_ids(items: Sequence[Any]) -> bool:
    ids = [str(item["id"]) for item in items if item.get("id") is not None]
    return len(ids) == len(items) == len(set(ids))


def _by_place(old: Sequence[Any], new: Sequence[Any], place: str) -> Iterator[Difference]:
    for number in range(max(len(old), len(new))):
        path = f"{place}[{number}]"
        if number >= len(old):
            yield Difference(ADDED, path, after=new[number])
        elif number >= len(new):
            yield Difference(REMOVED, path, before=old[number])
        else:
            yield from _parts(old[number], new[number], path, "")
