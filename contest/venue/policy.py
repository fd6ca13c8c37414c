"""Who checks in, who draws order and stations, who reads the seats."""

from __future__ import annotations

ROUTES: dict[str, frozenset[str]] = {}
