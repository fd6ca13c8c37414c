"""One period of one stage, for all entries that are assessed in it: rubric, whole sheets or places."""

from __future__ import annotations

from fractions import Fraction

from .aspects import Aspects
from .criteria import combined
from .data import Data, Node, leaves, repetitions_of, weight
from .methods import apart, filled, pooled, round_to
from .normalising import normalised
from .places import Places, borda, places_of, skating
from .values import NOTHING, Lack, NoValueError, Value, fraction, lacks_of, weighted

Parts = dict[tuple[str, str, str], list[Fraction]]
"""Values that ties compare, by (kind, stage, id): one number of each period."""


class Period:
    """Values of a period; `parts` collects those of aspects and criteria, by entry."""

    def __init__(self, data: Data, stage: Node, period: Node, codes: list[str], parts: dict[str, Parts]) -> None:
        self.data, self.stage, self.id, self.codes, self.parts = data, stage, period["id"], codes, parts
        self.panel = stage.get("panel") or {}
        self.aspects = Aspects(data, stage, self.id, codes)
        self.pooled = {a["id"] for a in leaves(stage["rubric"]) if _is_pooled(a)}
        is_aspect = self.panel.get("scope", "aspect") == "aspect"
        self.states = {} if is_aspect else {code: self._states(code) for code in codes}

    def values(self) -> dict[str, Value]:
        """The value of every entry, after normalising, late reports and rounding."""
        found = self._raw()
        if self.panel.get("normalise"):
            found = normalised(self.data, self.panel["normalise"], found)
        return {code: self._finished(code, value) for code, value in found.items()}

    def _finished(self, code: str, value: Value) -> Value:
        if value.number is None:
            return value
        number = value.number - self._late(code)
        return value.step(round_to(number, self.stage.get("period_rounding")))

    def _late(self, code: str) -> Fraction:
        rule, days = self.stage.get("late"), self.data.days_late(code, self.stage["id"], self.id)
        if not rule or days <= 0:
            return Fraction(0)
        off = fraction(rule["each"]) * (days if rule.get("per", "report") == "day" else 1)
        return off if rule.get("most") is None else min(off, fraction(rule["most"]))

    def _raw(self) -> dict[str, Value]:
        scope, rubric = self.panel.get("scope", "aspect"), self.stage["rubric"]
        weights = [weight(node) for node in rubric]
        if scope == "aspect":
            every = {a["id"] for a in leaves(rubric)}
            return {c: weighted([self._node(c, node, every) for node in rubric], weights) for c in self.codes}
        heads = self._placed() if scope == "ranks" else {code: self._pooled_sheets(code) for code in self.codes}
        rest = {a["id"] for a in leaves(rubric)} - self.pooled
        return {
            code: weighted([heads[code], *(self._node(code, node, rest) for node in rubric)], [Fraction(1), *weights])
            for code in self.codes
        }

    def _node(self, code: str, node: Node, only: set[str], judge: str | None = None) -> Value:
        """A criterion or an aspect without its own weight; what is not among `only` does not exist."""
        if "children" not in node:
            value = self.aspects.value(code, node, judge) if node["id"] in only else NOTHING
        else:
            value = combined(node, [self._node(code, child, only, judge) for child in node["children"]])
        if value.number is not None and judge is None:
            kind = "criterion" if "children" in node else "aspect"
            self.parts[code].setdefault((kind, self.stage["id"], node["id"]), []).append(value.number)
        return value

    def _sheet(self, code: str, judge: str) -> Value:
        rubric = self.stage["rubric"]
        nodes = [self._node(code, node, self.pooled, judge) for node in rubric]
        return weighted(nodes, [weight(node) for node in rubric])

    def _judges(self, codes: list[str]) -> list[str]:
        """The stage's panel; without one whoever marked any of these entries."""
        panel = self.data.panels.get(self.stage["id"])
        return panel or sorted({judge for code in codes for judge in self.states[code]})

    def _states(self, code: str) -> dict[str, set[str]]:
        """Judge -> the states of the marks on this entry's pooled aspects."""
        found: dict[str, set[str]] = {}
        for aspect in leaves(self.stage["rubric"]):
            for number in range(1, repetitions_of(aspect) + 1):
                rows = self.data.marks(code, self.stage["id"], self.id, aspect["id"], number)
                for judge, (_, state) in rows.items() if aspect["id"] in self.pooled else ():
                    found.setdefault(judge, set()).add(state)
        return found

    def _is_out(self, code: str, judge: str) -> bool:
        """Recused from this entry: by the ledger's row, or on every mark of the sheet."""
        is_recused = self.data.is_recused(code, self.stage["id"], judge)
        return is_recused or self.states[code].get(judge) == {"recused"}

    def _pooled_sheets(self, code: str) -> Value:
        """Whole sheets as single values of the panel method (`scope: sheet`)."""
        method = filled(self.panel.get("method") or {"name": "mean"})
        values: list[Fraction] = []
        lacks: Lack = set()
        for judge in self._judges([code]):
            if self._is_out(code, judge):
                continue
            sheet = self._sheet(code, judge)
            # what the entry itself did not perform is known, whoever else is still awaited
            lacks |= sheet.lacks if method["missing"] == "wait" else sheet.lacks & {"not_performed"}
            if sheet.number is not None and sheet.lacks <= {"not_performed"}:
                values.append(sheet.number)
        try:
            number = round_to(pooled(values, method), method["rounding"])
        except NoValueError as error:
            return Value(None, lacks or {str(error)})
        few = {"insufficient_scores"} if len(values) < method["need"] else set()
        return Value(number, lacks or few or apart(values, method))

    def _placed(self) -> dict[str, Value]:
        """Whole sheets as places of the entries (`scope: ranks`)."""
        sheets = {
            code: {j: self._sheet(code, j) for j in self._judges(self.codes) if not self._is_out(code, j)}
            for code in self.codes
        }
        whole = {
            code: {j: s.number for j, s in own.items() if s.number is not None and s.lacks <= {"not_performed"}}
            for code, own in sheets.items()
        }
        begun = [code for code in self.codes if any(s.number is not None for s in sheets[code].values())]
        field = [code for code in begun if not self.data.is_disqualified(code)]
        outside = {
            code: Value(None, lacks_of(list(sheets[code].values())) or {"insufficient_scores"})
            for code in self.codes if code not in field
        }  # fmt: skip
        left = [j for j in self._judges(self.codes) if all(j in sheets[code] for code in field)]
        lacks = {code: set().union(*(sheets[code][j].lacks for j in left)) for code in field}
        is_open = any(j not in whole[code] for code in field for j in left)
        if is_open or len(left) < max(1, int(self.panel.get("min_judges", 1))):
            return outside | {code: Value(None, lacks[code] | {"places_open"}) for code in field}
        return outside | self._ranked({code: [whole[code][j] for j in left] for code in field}, lacks)

    def _ranked(self, sums: dict[str, list[Fraction]], lacks: dict[str, Lack]) -> dict[str, Value]:
        rule = self.panel.get("places") or {}
        places: Places = {code: [] for code in sums}
        for number in range(max((len(own) for own in sums.values()), default=0)):
            own = {code: found[number] for code, found in sums.items()}
            for code, place in places_of(own, is_desc=rule.get("order", "desc") == "desc").items():
                places[code].append(place)
                if rule.get("judge_ties", "refuse") == "refuse" and list(own.values()).count(own[code]) > 1:
                    lacks[code] = lacks[code] | {"places_tied"}
        if any("places_tied" in own for own in lacks.values()):
            return {code: Value(None, own | {"places_open"}) for code, own in lacks.items()}
        values = borda(places) if rule.get("method") == "borda" else skating(places)
        return {code: Value(number, lacks[code]) for code, number in values.items()}


def _is_pooled(aspect: Node) -> bool:
    return (aspect.get("kind", "judged"), aspect.get("sheet", "judge")) == ("judged", "judge")
