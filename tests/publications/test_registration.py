"""What the registration of an entry brings comes back from a bundle as it went in."""

import json
from decimal import Decimal

import pytest

from contest.core.marks import EntryInput
from contest.publications.bundle import registered
from contest.publications.recount import Facts, _entry

PLAIN = EntryInput("E", measures={"minutes": Decimal("30.5")}, draw=2)
RICH = EntryInput(
    "E", class_id="x", absent=frozenset({("S", "1")}), late={("S", "2"): 3}, wild_cards={"S": "推荐"},
    categories=frozenset({"worker"}), held="技师",
)  # fmt: skip


@pytest.mark.parametrize("entry", [PLAIN, RICH])
def test_a_registration_survives_the_bundle(entry):
    told = json.loads(json.dumps(registered(entry)))
    assert _entry("E", told, Facts()) == entry
    assert "class" not in registered(PLAIN)  # what is not used is not written
