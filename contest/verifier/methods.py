"""From several marks to one value: rounding and the panel methods of docs/rule-set.md, in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .values import Lack, NoValueError, fraction, power_of_ten, total


def round_to(value: Fraction, rounding: dict[str, Any] | None) -> Fraction:
    """Rounds as `{places, mode}` says; null leaves the value alone."""
    if rounding is None:
        return value
    unit = Fraction(1, power_of_ten(rounding["places"]))
    steps = abs(value) / unit
    below = steps.numerator // steps.denominator
    rest = steps - below
    half, mode = Fraction(1, 2), rounding.get("mode", "half_up")
    if mode == "half_up":
        up = rest >= half
    elif mode == "half_down":
        up = rest > half
    elif mode == "half_even":
        up = rest > half or (rest == half and below % 2 == 1)
    elif mode == "up":
        up = rest > 0
    elif mode == "down":
        up = False
    else:
        raise ValueError(f"unknown rounding {mode}")
    size = (below + (1 if up else 0)) * unit
    return size if value >= 0 else -size


JUDGEMENT: dict[str, Any] = {"name": "mean", "min_scores": 3, "max_spread": "1", "rounding": {"places": 2}}
AGREED: dict[str, Any] = {"name": "agreed"}


def method_of(stage: dict[str, Any], aspect: dict[str, Any]) -> dict[str, Any]:
    """The panel method of an aspect: its own, else that of its kind, else that of the panel."""
    kind = aspect.get("kind", "judged")
    own = {"judgement": JUDGEMENT, "measured": AGREED, "boolean": AGREED}.get(kind)
    return filled(aspect.get("method") or own or (stage.get("panel") or {}).get("method") or {"name": "mean"})


def filled(method: dict[str, Any]) -> dict[str, Any]:
    """A method with its numbers: trimmed ones drop one each unless they say otherwise."""
    drop = 1 if str(method["name"]).startswith("trimmed") else 0
    high, low = int(method.get("drop_high", drop)), int(method.get("drop_low", drop))
    return {
        "name": method["name"],
        "high": high,
        "low": low,
        "need": int(method.get("min_scores") or high + low + 1),
        "rounding": method.get("rounding"),
        "spread": _optional(method.get("max_spread")),
        "missing": method.get("missing", "wait"),
        "clamp": _optional(method.get("clamp")),
        "kept_spread": _optional(method.get("max_kept_spread")),
    }


def _optional(text: Any) -> Fraction | None:
    return None if text is None else fraction(text)


def pooled(values: list[Fraction], method: dict[str, Any]) -> Fraction:
    """One value from those of the panel, not rounded; NoValueError when the method has no answer."""
    name = method["name"]
    if not values or len(values) < method["low"] + method["high"] + 1:
        raise NoValueError("insufficient_scores")
    if name == "agreed" and len(set(values)) > 1:
        raise NoValueError("not_agreed")
    if name == "majority":
        return _majority(values)
    kept = _kept(sorted(_clamped(values, method["clamp"])), method)
    return total(kept) / (1 if name in ("sum", "trimmed_sum") else len(kept))


def apart(values: list[Fraction], method: dict[str, Any]) -> Lack:
    """Whether the marks, or those that make the value, lie further apart than the method lets them."""
    if not values:
        return set()
    if method["spread"] is not None and max(values) - min(values) > method["spread"]:
        return {"spread_too_wide"}
    kept = _kept(sorted(_clamped(values, method["clamp"])), method)
    if method["kept_spread"] is not None and kept and kept[-1] - kept[0] > method["kept_spread"]:
        return {"kept_spread_too_wide"}
    return set()


def _clamped(values: list[Fraction], most: Fraction | None) -> list[Fraction]:
    """A mark further than `most` from the mean of all marks counts as the mean plus or minus `most`."""
    if most is None:
        return values
    mean = total(values) / len(values)
    return [min(max(value, mean - most), mean + most) for value in values]


def _kept(rising: list[Fraction], method: dict[str, Any]) -> list[Fraction]:
    """The marks that make the value: what is not dropped, of a median the middle one or two."""
    rising = rising[method["low"] : len(rising) - method["high"]]
    if method["name"] == "median":
        return rising[(len(rising) - 1) // 2 : len(rising) // 2 + 1]
    return rising


def _majority(values: list[Fraction]) -> Fraction:
    for value in values:
        if values.count(value) * 2 > len(values):
            return value
    raise NoValueError("no_majority")
