"""Small rule sets, entries and marks for the tests of the core."""

from contest.core.marks import EntryInput, Mark
from contest.core.parsing import parse_rule_set


def aspect(name="A", **more):
    return {"id": name, "max": "100", "decimals": 1} | more


def stage(name="S", aspects=None, **more):
    return {"id": name, "rubric": [{"id": "C", "children": aspects or [aspect()]}]} | more


def rules(*stages, **more):
    return parse_rule_set({"title": "test", "stages": list(stages) or [stage()]} | more)


def marks(entry, values, place=("S", "1", "A", 1)):
    """Marks of judges J1, J2 …; a text is a state, a number the units."""
    where, period, name, repetition = place
    return [
        Mark(where, period, entry, name, repetition, f"J{number}", None, value)
        if isinstance(value, str)
        else Mark(where, period, entry, name, repetition, f"J{number}", value)
        for number, value in enumerate(values, start=1)
    ]


def entries(*codes, **more):
    return [EntryInput(code, **more) for code in codes]
