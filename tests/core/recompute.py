"""Recomputes an explanation tree from its leaves with plain decimal-library code of its own: an independent reading
of docs/rule-set.md, used to check that every step shown to people gives the number shown.
"""

from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from fractions import Fraction

MODES = {
    "half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "half_down": ROUND_HALF_DOWN,
    "down": ROUND_DOWN, "up": ROUND_UP,
}  # fmt: skip
# A binary or decimal cut of 1/3 would not change how it rounds: 200 digits are far beyond any tie.
WIDE = Context(prec=200)


def rounded(value, places, mode):
    wide = WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(wide.quantize(Decimal(1).scaleb(-places), MODES[mode], WIDE))


def number(text):
    return None if text is None else Fraction(text)


def recompute(node):
    """Value of a plain() tree from its inputs and operation alone."""
    operation, inputs = node["operation"], node["inputs"]
    if node["kind"] == "mark":
        return number(operation.get("counts_as", node["value"]))
    if operation["op"] in WHOLE_NODE:
        return finish(operation, WHOLE_NODE[operation["op"]](operation, inputs))
    kept = [
        child
        for child in inputs
        if child["operation"].get("dropped") is None and child["operation"].get("state", "scored") == "scored"
    ]
    values = [
        number(child["operation"]["counts_as"]) if "counts_as" in child["operation"] else recompute(child)
        for child in kept
    ]
    weights = [Fraction(child["weight"]) for child in kept]
    if node["kind"] == "criterion" and ("counted" in operation or "sum" in operation):
        value = criterion(operation, inputs, values, weights)
    else:
        value = apply(operation, values, weights)
    return finish(operation, value)


def finish(operation, value):
    if value is None or "places" not in operation:
        return value
    return rounded(value, operation["places"], operation["mode"])


def late(operation, _inputs):
    cost = Fraction(operation["each"]) * (operation["days"] if operation["per"] == "day" else 1)
    return -min(cost, Fraction(operation.get("most", cost)))


def mean_of_groups(operation, inputs):
    groups = {}
    for child in inputs:
        if child["value"] is not None:
            groups.setdefault(child["operation"]["group"], []).append(recompute(child))
    means = [sum(values, Fraction(0)) / len(values) for values in groups.values()]
    if "group_places" in operation:
        means = [rounded(mean, operation["group_places"], operation["group_mode"]) for mean in means]
    assert means == [Fraction(operation[f"group:{name}"]) for name in groups]
    return sum(means, Fraction(0)) / operation["divisor"] if means else None


def last(operation, inputs):
    return next((recompute(child) for child in inputs if child["label"] == operation["stage"]), None)


def borda(operation, inputs):
    places = [Fraction(child["operation"]["place"]) for child in inputs if "place" in child["operation"]]
    return sum((operation["entries"] - place for place in places), Fraction(0)) if places else None


def nothing(_operation, _inputs):
    return None


def skating(operation, _inputs):
    return operation["entries"] + 1 - Fraction(operation["place"]) if "place" in operation else None


# Steps that are not the same for every input: they are recomputed from the whole node.
WHOLE_NODE = {
    "late": late, "mean_of_groups": mean_of_groups, "last": last, "borda": borda, "skating": skating,
    "places": nothing, "not_advanced": nothing,
}  # fmt: skip


def criterion(operation, inputs, values, weights):
    """Which children count, the cap before or after the deductions, the floor; signs tell what is a deduction."""
    counted = operation["counted"].split(",") if "counted" in operation else [child["label"] for child in inputs]
    parts = [
        (value * weight, deducts(child))
        for child, value, weight in zip(inputs, values, weights, strict=True)
        if child["label"] in counted and value is not None
    ]
    if not parts:
        return None
    earned = sum((part for part, takes in parts if not takes), Fraction(0))
    deducted = sum((part for part, takes in parts if takes), Fraction(0))
    cap = number(operation.get("cap"))
    if operation.get("cap_order") == "cap_then_deduct":
        total = min(earned, cap) + deducted
    else:
        total = earned + deducted if cap is None else min(earned + deducted, cap)
    return total if "floor" not in operation else max(total, Fraction(operation["floor"]))


def deducts(node):
    below = node["inputs"]
    return node["operation"].get("sign") == -1 if node["kind"] == "aspect" else all(deducts(child) for child in below)


def exact(text):
    try:
        return Fraction(text)
    except ValueError:
        return text


def units(distance, found):
    whole, rest = divmod(distance / found["per"], 1)
    return {"exact": distance / found["per"], "whole": whole, "started": whole + (rest > 0)}[found["steps"]]


def difference(value, found):
    gap = {"above": value - found["target"], "below": found["target"] - value}.get(
        found["side"], abs(value - found["target"])
    )
    return found["full"] - found["deduct"] * units(max(gap, Fraction(0)), found)


def days(value, found):
    if value > 0:
        return found["full"] - found["late"] * value
    return found["full"] + min(-value * found["early"], found["early_cap"])


def per_unit(value, found):
    counts = value >= found.get("at_least", value) and value > found["from"]
    return found["base"] + (found["marks"] * units(value - found["from"], found) if counts else 0)


def bands(value, found):
    return found["marks"] + (found["each"] * units(value - found["from"], found) if "each" in found else 0)


def pieces(value, found):
    if "left" not in found:
        return found["marks"]
    part = (value - found["left"]) / (found["right"] - found["left"])
    return found["low"] * (1 - part) + found["high"] * part


def ratio(value, found):
    top, bottom = (value, found["best"]) if found["better"] == "high" else (found["best"], value)
    return found["full"] * (Fraction(found["better"] == "low") if bottom == 0 else top / bottom)


CONVERSIONS = {
    "difference": difference, "days": days, "per_unit": per_unit, "bands": bands, "pieces": pieces, "ratio": ratio,
    "table": lambda _, found: found["marks"], "choices": lambda _, found: found["full"] - found["deduct"],
    "share": lambda value, found: found["full"] * value / found["sum"] if found["sum"] else Fraction(0),
    "rank_points": lambda _, found: found["marks"], "rank_linear": lambda _, found: found["marks"],
}  # fmt: skip


def apply(operation, values, weights):
    there = [value for value in values if value is not None]
    if not there:
        return None
    match operation["op"]:
        case "mean" | "trimmed_mean":
            value = sum(there, Fraction(0)) / len(there)
        case "sum" | "trimmed_sum":
            value = sum(there, Fraction(0))
        case "best":
            value = max(there)
        case "normalise":
            raw = sum((value * weight for value, weight in zip(values, weights, strict=True) if value is not None), 0)
            gap, spread = raw - Fraction(operation["panel_mean"]), Fraction(operation["panel_deviation"])
            value = Fraction(operation["mean"]) + (Fraction(operation["sd"]) * gap / spread if spread else 0)
        case "agreed":
            value = there[0]
        case "multiply":
            value = there[0] * Fraction(operation["factor"]) * Fraction(operation["constant"])
        case "add":
            value = there[0] * Fraction(operation["constant"]) + Fraction(operation["factor"])
        case "median":
            order = sorted(there)
            value = (order[(len(order) - 1) // 2] + order[len(order) // 2]) / 2
        case name if name in CONVERSIONS:
            value = CONVERSIONS[name](there[0], {key: exact(text) for key, text in operation.items()})
            value = max(value, Fraction(operation["floor"])) if "floor" in operation and name != "completion" else value
            value = min(value, Fraction(operation["cap"])) if "cap" in operation else value
        case "judgement":
            value = there[0] / Fraction(operation["top"]) * Fraction(operation["max"])
        case "boolean":
            value = there[0] * Fraction(operation["max"])
        case "weighted_sum":
            parts = [value * weight for value, weight in zip(values, weights, strict=True) if value is not None]
            if operation.get("parts") == "rounded":
                parts = [rounded(part, operation["places"], operation["mode"]) for part in parts]
            value = sum(parts, Fraction(0)) / Fraction(operation.get("divisor", 1))
        case other:
            raise AssertionError(other)
    return value * operation.get("sign", 1)
