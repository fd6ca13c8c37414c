"""One step of a computation as an Excel formula: the second, human way to check a total.

Every function here gives the text behind `=`; None where Excel has no function for the rule (half-even rounding).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from contest.core.explanation import Explanation, Operand
from contest.core.numbers import exact_decimal

_ROUND = {"half_up": "ROUND", "down": "ROUNDDOWN", "up": "ROUNDUP"}


def literal(value: Operand) -> str:
    """A number as Excel reads it; a fraction without a finite decimal as a quotient."""
    number = Fraction(value)
    exact = exact_decimal(number)
    return f"{number.numerator}/{number.denominator}" if exact is None else format(exact, "f")


def rounded(inner: str, node: Explanation) -> str | None:
    """`inner` with the node's rounding around it."""
    if "places" not in node.operation:
        return inner
    function = _ROUND.get(str(node.operation["mode"]))
    return None if function is None else f"{function}({inner},{node.operation['places']})"


def pooled(node: Explanation, cells: str, count: int) -> str | None:
    """The panel method over the range `cells` (text in it is passed over), of `count` values."""
    if "clamp" in node.operation or any("counts_as" in part.operation for part in node.inputs):
        return None  # marks that count as something else than what stands in their cells
    name = str(node.operation["op"])
    if name in ("skating", "borda"):
        return None
    high, low = _dropped(node, "high"), _dropped(node, "low")
    if name in ("mean", "trimmed_mean", "sum", "trimmed_sum"):
        total = f"SUM({cells})"
        total += "".join(f"-LARGE({cells},{n})" for n in range(1, high + 1))
        total += "".join(f"-SMALL({cells},{n})" for n in range(1, low + 1))
        inner = total if name.endswith("sum") else f"({total})/(COUNT({cells})-{high + low})"
    elif name == "median":
        inner = f"MEDIAN({cells})"
    else:  # agreed, majority: the value that more than half gave
        inner = f"MODE({cells})" if count > 1 else f"SUM({cells})"
    return rounded(inner, node)


def _dropped(node: Explanation, end: str) -> int:
    return sum(part.operation.get("dropped") == end for part in node.inputs)


def converted(node: Explanation, cell: str) -> str | None:
    """Judgement, yes/no or a conversion of the value in `cell`; None for one that Excel has no arithmetic for."""
    operation = node.operation
    numbers = {key: _bracketed(literal(value)) for key, value in operation.items() if not _is_word(value)}
    match operation["op"]:
        case "judgement":
            inner = f"{cell}/{numbers['top']}*{numbers['max']}"
        case "boolean":
            inner = f"{cell}*{numbers['max']}"
        case "completion":
            limit = f"MIN({cell},100+{numbers['over_cap_pct']})"
            inner = f"IF({cell}<{numbers['floor']},0,{numbers['full']}*{limit}/100)"
        case "difference" | "per_unit" | "days" | "ratio" | "share" | "pieces":
            found = _arithmetic(operation, numbers, cell)
            if found is None:
                return None
            inner = found if operation["op"] == "pieces" else _limited(numbers, found)
        case _:
            return None
    return rounded(inner, node)


def _bracketed(number: str) -> str:
    return f"({number})" if "/" in number or number.startswith("-") else number


def _is_word(value: Operand) -> bool:
    return isinstance(value, str) and not value.lstrip("-")[:1].isdigit()


def _limited(numbers: Mapping[str, str], inner: str) -> str:
    inner = f"MAX({inner},{numbers['floor']})" if "floor" in numbers else inner
    return f"MIN({inner},{numbers['cap']})" if "cap" in numbers else inner


def _arithmetic(operation: Mapping[str, Operand], numbers: Mapping[str, str], cell: str) -> str | None:
    """The formula of a conversion before its floor and cap; the peers' best and sum stand in it as numbers."""
    n, found = numbers, None
    match operation["op"]:
        case "difference" if operation["steps"] == "exact":
            gap = {"above": f"MAX({cell}-{n['target']},0)", "below": f"MAX({n['target']}-{cell},0)"}
            away = gap.get(str(operation["side"]), f"ABS({cell}-{n['target']})")
            found = f"{n['full']}-{n['deduct']}*{away}/{n['per']}"
        case "per_unit" if operation["steps"] == "exact" and "at_least" not in n:
            found = f"{n['base']}+{n['marks']}*MAX({cell}-{n['from']},0)/{n['per']}"
        case "days":
            early = f"MIN(0-{cell}*{n['early']},{n['early_cap']})"
            found = f"IF({cell}>0,{n['full']}-{n['late']}*{cell},{n['full']}+{early})"
        case "ratio" if Fraction(operation["best"]) > 0:
            quotient = f"{cell}/{n['best']}" if operation["better"] == "high" else f"{n['best']}/{cell}"
            found = f"{n['full']}*{quotient}"
        case "share" if Fraction(operation["sum"]) > 0:
            found = f"{n['full']}*{cell}/{n['sum']}"
        case "pieces" if "left" in n:
            slope = f"({n['high']}-{n['low']})*({cell}-{n['left']})/({n['right']}-{n['left']})"
            found = f"{n['low']}+{slope}"
    return found


def multiplied(node: Explanation, cell: str) -> str | None:
    """The value in `cell` by factor and constant; a factor that is added comes last."""
    sign = "+" if node.operation["op"] == "add" else "*"
    return rounded(f"{cell}*{literal(node.operation['constant'])}{sign}{literal(node.operation['factor'])}", node)


def combined(node: Explanation, cells: Sequence[str]) -> str | None:
    """The attempts of an aspect."""
    function = {"sum": "SUM", "mean": "AVERAGE", "best": "MAX"}[str(node.operation["op"])]
    sign = "-" if node.operation.get("sign") == -1 else ""
    return rounded(f"{sign}{function}({','.join(cells)})", node)


def summed(node: Explanation, parts: Sequence[tuple[str, Fraction]]) -> str | None:
    """Cells times weights, within floor and cap, rounded; of a `mean` the average of the cells."""
    whole = node.operation.get("op") in ("last", "mean_of_groups", "late") or "divisor" in node.operation
    if not parts or (whole and node.operation.get("op") != "mean") or _dropped(node, "low"):
        return None  # the number itself: Excel would need more cells than there are
    if node.operation.get("op") == "mean":
        return rounded(f"AVERAGE({','.join(cell for cell, _ in parts)})", node)
    if "earned" in node.operation or "best" in node.operation:
        return _special(node, parts)
    terms = [cell if weight == 1 else f"{cell}*{literal(weight)}" for cell, weight in parts]
    if node.operation.get("parts") == "rounded":
        each = [rounded(term, node) for term in terms]
        if None in each:
            return None
        terms = [term for term in each if term is not None]
    inner = "+".join(terms)
    if node.operation.get("op") == "normalise":
        inner = _normalised(node.operation, inner)
    if "floor" in node.operation:
        inner = f"MAX({inner},{literal(node.operation['floor'])})"
    if "cap" in node.operation:
        inner = f"MIN({inner},{literal(node.operation['cap'])})"
    return rounded(inner, node)


def _normalised(operation: Mapping[str, Operand], inner: str) -> str:
    """The sum among those of its panel, whose mean and deviation stand in the formula as numbers."""
    n = {key: _bracketed(literal(operation[key])) for key in ("mean", "sd", "panel_mean", "panel_deviation")}
    if not Fraction(operation["panel_deviation"]):
        return n["mean"]
    return f"{n['mean']}+{n['sd']}*({inner}-{n['panel_mean']})/{n['panel_deviation']}"


def _special(node: Explanation, parts: Sequence[tuple[str, Fraction]]) -> str | None:
    """Criteria that count only their best children: the greatest, or the lowest where all are deductions."""
    operation = node.operation
    if "earned" in operation or operation["best"] != 1:
        return None
    terms = ",".join(cell if weight == 1 else f"{cell}*{literal(weight)}" for cell, weight in parts)
    lowest = Fraction(operation.get("sum", node.value or 0)) < 0
    limits = {key: literal(operation[key]) for key in ("floor", "cap") if key in operation}
    return rounded(_limited(limits, f"{'MIN' if lowest else 'MAX'}({terms})"), node)
