"""Who orders, draws, reads and signs a recheck."""

from __future__ import annotations

ROUTES: dict[str, frozenset[str]] = {}
