"""The random contests use every field and every word of docs/rule-set.md, so that each decides something somewhere.

A rule that the comparison of core and verifier never touches would be compared by nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from contest.verifier import fields
from contest.verifier.bundle import Bundle
from contest.verifier.facts import Facts
from contest.verifier.results import recompute
from tests.verifier.random_contests import make
from tests.verifier.test_differential import CASES

DOCUMENT = (Path(__file__).parents[2] / "docs" / "rule-set.md").read_text("utf-8")
Words = tuple[object, ...] | None
IN_OTHER_WORDS = {"mode", "how", "normalise", "measures", "lot", "expected", "disqualified"}
"""Fields that stand in the text in a longer quotation, or in docs/bundle.md."""
LONGEST = 4000  # contests; about 300 are enough
# What changes no number, rank or veto of a published row: how the sheet looks, what may be typed, what follows from a
# result; and what names a thing (changed, nothing would be found).
NOT_RECOMPUTED = {
    "": "title note language entry_kind blind board awards award_rounding award_overflow award_limit award_bounds"
        " statistics medals promotions schema classes vetoes stages",
    "stage": "title note id sections panel periods rubric",
    "panel": "title note method",
    "places": "title note",
    "normalise": "title note",
    "period": "title note id",
    "late": "title note",
    "advance": "title note",
    "criterion": "title note id declared_max children",
    "aspect": "title note id min step measure levels standard_section repetitions_vary method factor conversion",
    "limits": "title note measure",
    "method": "title note",
    "factor": "title note",
    "rounding": "title note",
    "tie": "title note ref stage",
    "entry": "title note categories held",
}  # fmt: skip


def wanted() -> set[str]:
    """Every field, by the kind of object it stands in, and every word that one may have."""
    found = set()
    for kind, known in fields.FIELDS.items():
        exempt = NOT_RECOMPUTED[kind].split()
        for field, words in known.items():
            if field not in exempt:
                found |= {f"{kind}.{field}={word}" for word in words} if words else {f"{kind}.{field}"}
    for name, known in fields.CONVERSIONS.items():
        for field, words in known.items():
            if field not in ("title", "note"):
                key = f"conversion.{name}.{field}"
                found |= {f"{key}={word}" for word in words} if words else {key}
    return found | {f"conversion.name={name}" for name in fields.CONVERSIONS}


def places(kind: str, value: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str, Words]]:
    """(name, object, field, its words) of everything that is written in the document, inwards."""
    known = fields._known(kind, value)
    if kind == "node":
        kind = "criterion" if "children" in value else "aspect"
    for field, item in value.items():
        words = known.get(field)
        if item is None or field not in known or (kind, field) == ("conversion", "name"):
            continue
        own = f"conversion.{value['name']}" if kind == "conversion" else kind
        yield (f"{own}.{field}={item}" if words else f"{own}.{field}"), value, field, words
        if field == "conversion":
            yield f"conversion.name={item['name']}", value, field, None
        for one in item if isinstance(item, list) else [item]:
            if field in fields.INNER and kind != "entry" and isinstance(one, dict):
                yield from places(fields.INNER[field], one)


def others(field: str, item: Any, words: Words) -> Iterator[Any]:
    """Other values of the same kind; an object that is optional goes."""
    if words:
        yield from (word for word in words if word != item)
    elif isinstance(item, bool):
        yield not item
    elif isinstance(item, int):
        yield from (item + 1, max(item - 1, 0))
    elif isinstance(item, list):
        yield from (item[:-1], item[1:])
    elif isinstance(item, dict):
        yield {} if field in ("measures", "wild_cards") else None
    elif re.fullmatch(r"-?[0-9.]+", item):
        yield from (str(Fraction(item) + change) for change in (1, -1, 50))
    else:
        yield ""


def results(bundle: Bundle, facts: Facts) -> object:
    try:
        return recompute(bundle, facts)
    except (ArithmeticError, KeyError, ValueError, TypeError, IndexError):
        return None  # what the parser would have refused


def deciding(seed: int, missing: set[str]) -> set[str]:
    """Which of the missing names decide something in this contest."""
    *_, bundle, facts = make(seed)
    honest = results(bundle, facts)
    found: set[str] = set()
    tried: set[str] = set()
    for kind, root in [("", bundle.rules), *(("entry", entry) for entry in bundle.inputs["entries"].values())]:
        for name, place, field, words in list(places(kind, root)):
            if name in missing - found - tried:
                tried.add(name)
                kept = place[field]
                for changed in others(field, kept, words):
                    place[field] = changed
                    if results(bundle, facts) not in (honest, None):
                        found.add(name)
                        break
                place[field] = kept
    return found


EVERY = wanted()


def test_every_field_and_word_occurs() -> None:
    missing = set(EVERY)
    for seed in range(LONGEST):
        *_, bundle, _ = make(seed)
        spots = [("", bundle.rules), *(("entry", entry) for entry in bundle.inputs["entries"].values())]
        missing -= {name for kind, root in spots for name, *_ in places(kind, root)}
        if not missing:
            break
    assert not missing


NEVER_SEEN_TO_DECIDE = {"tie.by=total"}
"""Equal totals are what the chain is asked to split; only a cut by the stage's own value leaves something to it."""


@pytest.mark.skipif(CASES < 2000, reason="part of make verify-long")
def test_every_field_and_word_decides_something_in_some_contest() -> None:
    missing = set(EVERY) - NEVER_SEEN_TO_DECIDE
    for seed in range(LONGEST):
        missing -= deciding(seed, missing)
        if not missing:
            break
    assert not missing


def test_the_document_and_the_verifier_name_the_same_fields() -> None:
    text = DOCUMENT.split("## How a number is explained")[0]
    named = set(re.findall(r"`([a-z_]+)`", text)) | set(re.findall(r"[{,] ?([a-z_]+)[:,}]", text))
    known = {field for known in (*fields.FIELDS.values(), *fields.CONVERSIONS.values()) for field in known}
    assert not known - named - IN_OTHER_WORDS
    first_column = {
        name for row in re.findall(r"^\| (`[^|]*) \|", text.split("### Conversion")[0], re.MULTILINE)
        for name in re.findall(r"`([a-z_]+)`", row)
    }  # fmt: skip
    assert first_column - known == set()
