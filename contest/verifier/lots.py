"""Lots from a seed, and the seats that an order fills: the rule of docs/draw.md, written from that page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .bundle import sha256


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a code appears: all counted from 1, heat and position through all draws of the stage."""

    stage: str
    draw: int
    position: int
    heat: int
    station: int
    code: str


def lot_of(seed: str, public: str, code: str) -> str:
    """What decides the place of a code."""
    return sha256(f"{seed}\n{public}\n{code}".encode())


def by_lot(seed: str, public: str, codes: Iterable[str]) -> list[str]:
    """The codes in the order that the seed gives."""
    return [code for _, code in sorted((lot_of(seed, public, code), code) for code in codes)]


def digest_of_list(codes: Iterable[str]) -> str:
    """The digest that the `seed` row names: sorted by bytes, each code ended by a line feed."""
    return sha256(b"".join(line + b"\n" for line in sorted(code.encode() for code in codes)))


def is_plain(*texts: str) -> bool:
    """Whether none of them holds a line feed, with which two different draws could have the same lots."""
    return not any("\n" in text for text in texts)


def seats_after(before: Sequence[Seat], stage: str, draw: int, order: Sequence[str], stations: int) -> list[Seat]:
    """The seats of one more draw: positions and heats go on after those of the stage's earlier draws."""
    earlier = [seat for seat in before if seat.stage == stage]
    last_heat = max((seat.heat for seat in earlier), default=0)
    seats = []
    heat, station = last_heat + 1, 0
    for position, code in enumerate(order, len(earlier) + 1):
        if station == stations:
            heat, station = heat + 1, 0
        station += 1
        seats.append(Seat(stage, draw, position, heat, station, code))
    return seats
