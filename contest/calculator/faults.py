"""A fault of one row, raised where it is found and kept with its row number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong where: row as Excel counts, column key ("" for the whole row), code and parameters."""

    row: int
    column: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


class Fault(Exception):  # noqa: N818 (it never leaves this package)
    """A row can't be taken."""

    def __init__(self, column: str, code: str, params: Mapping[str, str | int] | None = None) -> None:
        super().__init__(code)
        self.column, self.code, self.params = column, code, params or {}
