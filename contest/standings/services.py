"""What other features call: see `computing`."""

from __future__ import annotations

from contest.standings.computing import Computation, compute

__all__ = ["Computation", "compute"]
