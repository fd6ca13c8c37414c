"""JSON -> rubric: criteria, aspects, panel methods, factors and conversions."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from contest.core.parsing_conversion import read_conversion, read_rows
from contest.core.reader import Reader, read_whole, report_duplicates
from contest.core.rubric import (
    Aspect,
    Conversion,
    Criterion,
    Factor,
    Limits,
    Measure,
    Method,
    Normalise,
    Rounding,
)  # fmt: skip

ROUNDING_MODES = ("half_up", "half_even", "half_down", "down", "up")
METHODS = ("mean", "trimmed_mean", "median", "sum", "trimmed_sum", "majority", "agreed")
KINDS = ("judged", "judgement", "measured", "boolean", "deduction", "bonus")
_AVERAGING = frozenset({"mean", "trimmed_mean", "median", "sum", "trimmed_sum"})
_CONVERTED = frozenset({"measured", "deduction", "bonus"})
_DEEPEST = 6
_METHOD_OF_KIND = {"measured": "agreed", "boolean": "agreed"}


def read_rounding(reader: Reader) -> Rounding:
    """Read places and mode; the mode defaults to 四舍五入."""
    if not reader.has("places"):
        reader.report("places", "required")
    return Rounding(reader.whole("places", 2, 0, 8), reader.choice("mode", ROUNDING_MODES, "half_up"))


def rounding_of(reader: Reader, key: str = "rounding") -> Rounding | None:
    """Read an optional rounding; absent and null both mean that nothing is rounded here."""
    inner = reader.child(key)
    return None if inner is None else read_whole(read_rounding, inner)


def read_method(reader: Reader) -> Method:
    """Read a panel method. `trimmed_*` without counts drops one extreme at each end."""
    name = reader.choice("name", METHODS, "mean")
    drop = 1 if name.startswith("trimmed") else 0
    high, low = reader.whole("drop_high", drop, 0, 50), reader.whole("drop_low", drop, 0, 50)
    fewest = reader.whole("min_scores", high + low + 1, 1, 200)
    if fewest <= high + low:
        reader.report("min_scores", "min_scores_too_low", dropped=high + low)
    if not name.startswith("trimmed") and high + low:
        reader.report("name", "drops_need_trimmed_method", name=name)
    for key in ("clamp", "max_kept_spread"):
        if name not in _AVERAGING and reader.has(key):
            reader.report(key, "not_for_this_method", name=name)
    return Method(
        name, high, low, fewest, rounding_of(reader), reader.decimal("max_spread"),
        reader.choice("missing", ("wait", "exclude"), "wait"),
        _not_negative(reader, "clamp"), _not_negative(reader, "max_kept_spread"),
    )  # fmt: skip


def _not_negative(reader: Reader, key: str) -> Decimal | None:
    value = reader.decimal(key)
    if value is not None and value < 0:
        reader.report(key, "must_not_be_negative")
    return value


def read_normalise(reader: Reader) -> Normalise:
    """Read how panels are made comparable (rules.md 6: only fair where entries were drawn to panels at random)."""
    if not reader.has("mean"):
        reader.report("mean", "required")
    sd = reader.decimal("sd")
    if sd is None or sd <= 0:
        reader.report("sd", "required" if sd is None else "must_be_positive")
    return Normalise(
        reader.number("mean", Decimal(0)), sd or Decimal(1), reader.text("group"),
        reader.choice("deviation", ("sample", "population"), "sample"),
    )  # fmt: skip


def _judgement_method() -> Method:
    # rules.md 1: exactly three judges within one point; mean / 3 x maximum, half-up to two places.
    return Method("mean", min_scores=3, rounding=Rounding(2), max_spread=Decimal(1))


def _method_of(reader: Reader, kind: str, default: Method | None) -> Method:
    inner = reader.child("method")
    if inner is not None:
        return read_whole(read_method, inner)
    if kind == "judgement":
        return _judgement_method()
    if kind in _METHOD_OF_KIND:
        return Method(_METHOD_OF_KIND[kind])
    return default or Method()


def _read_factor(reader: Reader) -> Factor:
    return Factor(
        reader.choice("source", ("none", "entry"), "none"),
        reader.decimal("default"), reader.number("constant", Decimal(1)), rounding_of(reader),
        reader.choice("how", ("multiply", "add"), "multiply"),
    )  # fmt: skip


def _read_conversion(reader: Reader) -> Conversion:
    return read_conversion(reader, rounding_of(reader))


def _read_limits(reader: Reader) -> Limits:
    rows = read_rows(reader, "bands", (3,), required=True)
    bands = tuple((Decimal(start), Decimal(low), Decimal(high)) for start, low, high in rows)
    if any(low > high for _, low, high in bands):
        reader.report("bands", "band_upside_down")
    if any(left[0] >= right[0] for left, right in pairwise(bands)):
        reader.report("bands", "rows_not_ascending")
    return Limits(reader.text("measure", None), bands)


def _grades(reader: Reader) -> tuple[tuple[Decimal, Decimal], ...]:
    rows = read_rows(reader, "grades", (2,), required=False)
    if len({Decimal(row[0]) for row in rows}) < len(rows):
        reader.report("grades", "value_twice")
    return tuple((Decimal(grade), Decimal(value)) for grade, value in rows)


def _read_measure(reader: Reader) -> Measure:
    return Measure(reader.decimal("min"), reader.decimal("max"), reader.text("unit"))


def _levels(reader: Reader) -> tuple[tuple[str, str], ...]:
    found = reader.list("levels")
    pairs: list[tuple[str, str]] = []
    for level in found:
        match level:
            case [str(mark), str(description)]:
                pairs.append((mark, description))
            case _:
                reader.report("levels", "levels_are_pairs")
                return ()
    return tuple(pairs)


def _check_scale(reader: Reader, aspect: Aspect) -> None:
    if aspect.max <= aspect.min and aspect.measure is None:
        reader.report("max", "maximum_not_above_minimum")
    step = aspect.step
    if step is not None and (step <= 0 or step.scaleb(aspect.decimals) % 1):
        reader.report("step", "step_does_not_fit_decimals", decimals=aspect.decimals)
    if aspect.kind in {"judged", "deduction", "bonus"} and (aspect.min.scaleb(aspect.decimals) % 1):
        reader.report("min", "too_many_decimals", decimals=aspect.decimals)
    if aspect.conversion is not None and aspect.kind not in _CONVERTED:
        reader.report("conversion", "conversion_not_for_kind")
    for key, given in (("limits", aspect.limits is not None), ("grades", bool(aspect.grades))):
        if given and aspect.kind != "judged":
            reader.report(key, "only_for_judged")


def read_aspect(reader: Reader, default: Method | None) -> Aspect:
    """Read a leaf; judgement and yes/no aspects always take whole numbers as marks."""
    kind = reader.choice("kind", KINDS, "judged")
    fixed = kind in {"judgement", "boolean"}
    decimals, step = reader.whole("decimals", 0, 0, 6), reader.decimal("step")
    factor, conversion, measure = reader.child("factor"), reader.child("conversion"), reader.child("measure")
    limits = reader.child("limits")
    aspect = Aspect(
        id=reader.identifier(), title=reader.text("title"), kind=kind,
        max=reader.number("max", Decimal(100)), min=reader.number("min", Decimal(0)),
        decimals=0 if fixed else decimals, step=None if fixed else step,
        weight=reader.number("weight", Decimal(1)), repetitions=reader.whole("repetitions", 1, 1, 200),
        repetitions_vary=reader.flag("repetitions_vary", default=False),
        combine_repetitions=reader.choice("combine_repetitions", ("sum", "mean", "best"), "sum"),
        method=_method_of(reader, kind, default),
        factor=Factor() if factor is None else read_whole(_read_factor, factor),
        conversion=None if conversion is None else read_whole(_read_conversion, conversion),
        measure=None if measure is None else read_whole(_read_measure, measure),
        levels=_levels(reader), sheet=reader.choice("sheet", ("judge", "clerk"), "judge"),
        standard_section=reader.text("standard_section"), note=reader.text("note"),
        required=reader.flag("required", default=kind not in {"deduction", "bonus"}),
        rounding=rounding_of(reader), limits=None if limits is None else read_whole(_read_limits, limits),
        grades=_grades(reader),
    )  # fmt: skip
    _check_scale(reader, aspect)
    return aspect


def read_criterion(reader: Reader, default: Method | None, depth: int = 1) -> Criterion:
    """Read an inner node; an object with `children` is a criterion, any other an aspect."""

    def read_child(child: Reader) -> Criterion | Aspect:
        if not child.has("children"):
            return read_aspect(child, default)
        if depth < _DEEPEST:
            return read_criterion(child, default, depth + 1)
        child.report("children", "nested_too_deep", deepest=_DEEPEST)
        return Criterion(child.identifier(), "", ())

    children = reader.items("children", read_child, required=True)
    report_duplicates(reader, "children", [child.id for child in children])
    criterion = Criterion(
        reader.identifier(), reader.text("title"), children, reader.number("weight", Decimal(1)),
        reader.decimal("declared_max"), reader.decimal("floor"), reader.decimal("cap"),
        reader.whole("best", 1, 1, 1000) if reader.has("best") else None,
        reader.choice("cap_order", ("deduct_then_cap", "cap_then_deduct"), "deduct_then_cap"), rounding_of(reader),
    )  # fmt: skip
    _check_limits(reader, criterion)
    return criterion


def _check_limits(reader: Reader, criterion: Criterion) -> None:
    if criterion.floor is not None and criterion.cap is not None and criterion.floor > criterion.cap:
        reader.report("cap", "cap_below_floor")
    if criterion.best is not None and len({child.deducts() for child in criterion.children}) > 1:
        # "only the highest" of marks and deductions together would drop whichever happens to be smaller
        reader.report("best", "best_mixes_deductions")
