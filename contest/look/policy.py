"""Anybody may look: the samples hold no data."""

from __future__ import annotations

from contest.actors import PUBLIC

ROUTES: dict[str, frozenset[str]] = {
    "look.index": frozenset({PUBLIC}),
    "look.sample": frozenset({PUBLIC}),
}
