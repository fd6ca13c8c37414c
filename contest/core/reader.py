"""Reads one JSON object field by field; collects every fault with its path, not only the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from contest.core.problems import Problem

Item = TypeVar("Item")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,8})?")
_IDENTIFIER = re.compile(r"[^\s/|,;]{1,64}")
_LONGEST_TEXT = 2000
_LONGEST_NUMBER = 20


class Reader:
    """A view of one JSON object at `path`; all readers of a document share one list of problems."""

    def __init__(self, source: object, path: str, problems: list[Problem]) -> None:
        self.path = path
        self.problems = problems
        self._seen: set[str] = {"note"}  # a remark is allowed in every object
        self._source: Mapping[str, object] = source if isinstance(source, Mapping) else {}
        if not isinstance(source, Mapping):
            self.report("", "object_expected")

    def report(self, key: str, code: str, **params: str | int) -> None:
        """Note a fault of the field `key` (or of the object itself when the key is empty)."""
        where = f"{self.path}.{key}".strip(".") if key else self.path
        self.problems.append(Problem(where, code, params))

    def raw(self, key: str) -> object:
        """Give the value as it stands, None if absent, and remember that the key is known."""
        self._seen.add(key)
        return self._source.get(key)

    def has(self, key: str) -> bool:
        """Whether the field is there and not null."""
        return self.raw(key) is not None

    def text(self, key: str, default: str | None = "") -> str:
        """Read a text; a default of None makes the field required."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if value is None or (default is None and value == ""):
            self.report(key, "required")
        elif not isinstance(value, str) or len(value) > _LONGEST_TEXT:
            self.report(key, "text_expected", longest=_LONGEST_TEXT)
        else:
            return value
        return default or ""

    def identifier(self, key: str = "id") -> str:
        """Read a required id: 1-64 characters without blanks, slashes, commas and bars."""
        value = self.text(key, None)
        if value and _IDENTIFIER.fullmatch(value) is None:
            self.report(key, "bad_identifier", value=value[:64])
        return value

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        """Read one of a closed list."""
        value = self.raw(key)
        if value is None:
            return default
        if value not in allowed:
            self.report(key, "not_allowed", value=str(value)[:64], allowed=", ".join(allowed))
            return default
        return str(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self.raw(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.report(key, "true_or_false_expected")
        return default

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """Read a whole number within low..high."""
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.report(key, "whole_number_expected", min=low, max=high)
            return default
        return value

    def decimal(self, key: str) -> Decimal | None:
        """Read a decimal written as text or whole number. Floats are refused: they are not exact."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, float):
            self.report(key, "write_number_as_text", value=repr(value))
            return None
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
            self.report(key, "number_expected")
            return None
        if _NUMBER.fullmatch(_written(value)) is None:
            self.report(key, "number_expected", value=str(value)[:40])
            return None
        return Decimal(value)

    def number(self, key: str, default: Decimal) -> Decimal:
        """Read a decimal with a default."""
        value = self.decimal(key)
        return default if value is None else value

    def numbers(self, key: str) -> tuple[Decimal, ...]:
        """Read a list of decimals written as texts or whole numbers."""
        found = self.list(key)
        plain = [value for value in found if isinstance(value, int | str) and not isinstance(value, bool)]
        if len(plain) < len(found) or not all(_NUMBER.fullmatch(str(value)) for value in plain):
            self.report(key, "numbers_expected")
            return ()
        return tuple(Decimal(value) for value in plain)

    def child(self, key: str) -> Reader | None:
        """Open an inner object; None if it is absent or null."""
        value = self.raw(key)
        return None if value is None else Reader(value, f"{self.path}.{key}".strip("."), self.problems)

    def items(self, key: str, read: Callable[[Reader], Item], *, required: bool = False) -> tuple[Item, ...]:
        """Read a list of objects, each with `read`."""
        found = self.list(key, required=required)
        base = f"{self.path}.{key}".strip(".")
        readers = (Reader(item, f"{base}[{index}]", self.problems) for index, item in enumerate(found))
        return tuple(read_whole(read, reader) for reader in readers)

    def list(self, key: str, *, required: bool = False) -> Sequence[object]:
        """Read a list as it stands."""
        value = self.raw(key)
        if isinstance(value, list | tuple):
            if required and not value:
                self.report(key, "must_not_be_empty")
            return value
        if value is not None or required:
            self.report(key, "required" if value is None else "list_expected")
        return ()

    def finish(self) -> None:
        """Report fields nobody asked for: a mistyped name must not silently mean the default."""
        for key in self._source:
            if key not in self._seen:
                self.report(str(key)[:64], "unknown_field")


def _written(value: str | int | Decimal) -> str:
    if isinstance(value, Decimal):
        # 1E+999999999 is ten characters in a file and a gigabyte written out.
        return format(value, "f") if value.is_finite() and abs(value.adjusted()) < _LONGEST_NUMBER else ""
    return str(value)


def read_whole(read: Callable[[Reader], Item], reader: Reader) -> Item:
    """Read an object and then report the fields that were not asked for."""
    result = read(reader)
    reader.finish()
    return result


def report_duplicates(reader: Reader, key: str, ids: Sequence[str]) -> None:
    """Report every id that occurs a second time in a list."""
    seen: set[str] = set()
    for name in ids:
        if name and name in seen:
            reader.report(key, "duplicate_id", id=name)
        seen.add(name)
