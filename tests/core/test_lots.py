"""The draw of docs/draw.md: anybody repeats it with sha256sum and sort, and nobody can steer it."""

import math
import re
import subprocess
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.calculator.drawing import draw_from_file
from contest.core.lots import draw_order, list_digest, lot, seat, seed_digest
from contest.errors import DomainError
from contest.settings import PROJECT_ROOT

SEED, PUBLIC, CODES = "correct horse", "07 11 23", ["101A", "102C", "103E", "104F"]
ORDER = ["102C", "104F", "103E", "101A"]  # worked out with sha256sum and sort, not by this program
words = st.text(st.characters(blacklist_characters="\n", blacklist_categories=["Cs"]), max_size=12)
lists = st.lists(words.filter(bool), unique=True, max_size=12)


def test_the_documents_own_lines_of_shell_draw_the_same(tmp_path):
    text = (PROJECT_ROOT / "docs" / "draw.md").read_text()
    assert f"`{' '.join(ORDER)}`" in text
    loop = re.search(r"( +while read.*?done < list.txt \| sort)", text, re.DOTALL)
    assert loop
    (tmp_path / "list.txt").write_text("".join(f"{code}\n" for code in reversed(CODES)))
    environment = {"SEED": SEED, "PUBLIC": PUBLIC, "PATH": "/usr/bin:/bin"}
    script = loop[1] + '\nprintf %s "$SEED" | sha256sum\nLC_ALL=C sort list.txt | sha256sum'
    told = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=True)
    lines = told.stdout.decode().splitlines()
    assert [line.split()[1] for line in lines[:4]] == ORDER == draw_order(SEED, PUBLIC, CODES)
    assert [line.split()[0] for line in lines[4:]] == [seed_digest(SEED), list_digest(CODES)]


@given(words, words, lists, st.randoms(use_true_random=False))
def test_a_draw_is_a_permutation_that_the_order_of_the_list_and_absence_do_not_change(seed, public, items, shuffler):
    order = draw_order(seed, public, items)
    assert sorted(order) == sorted(items)
    shuffler.shuffle(items)
    assert draw_order(seed, public, items) == order
    gone = items[::3]
    assert draw_order(seed, public, [item for item in items if item not in gone]) == [
        item for item in order if item not in gone
    ]


def test_every_order_is_equally_likely():
    """Chi-square over the 24 orders of four codes in 6,000 draws: below the 0.999 quantile for 23 degrees (49.7)."""
    draws = 6000
    found = Counter(tuple(draw_order(f"seed {n}", "", CODES)) for n in range(draws))
    expected = draws / math.factorial(4)
    assert sum((found[order] - expected) ** 2 / expected for order in permutations(CODES)) < 49.7


def test_seed_and_public_value_can_not_be_shifted_into_one_another():
    assert (
        len({lot(seed, public, "101A") for seed, public in (("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc"))}) == 4
    )
    for seed, public, items in (
        ("a\nb", "", CODES),
        ("a", "b\n", CODES),
        ("a", "", ["1", "2\n3"]),
        ("a", "", ["1"] * 2),
    ):
        with pytest.raises(ValueError, match=r"line feed|twice"):
            draw_order(seed, public, items)


def test_stations_are_filled_heat_by_heat():
    seats = [(s.item, s.position, s.heat, s.station) for s in seat(["a", "b", "c", "d", "e"], 2)]
    assert seats == [("a", 1, 1, 1), ("b", 2, 1, 2), ("c", 3, 2, 1), ("d", 4, 2, 2), ("e", 5, 3, 1)]
    with pytest.raises(ValueError, match="station"):
        seat(["a"], 0)


def test_the_command_prints_the_digests_and_the_seats(tmp_path):
    file = tmp_path / "list.txt"
    file.write_bytes(b"\xef\xbb\xbf103E\r\n101A\n\n104F\n102C\n")  # as Notepad on Windows saves it
    lines = draw_from_file(SEED, file, public=PUBLIC, stations=2).splitlines()
    assert lines[0].endswith("4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631")
    assert lines[1].endswith("487dc6690f76f17d487fc8a8c15de6ede5e7ff0be77a013abffe44e58f9040ad")
    assert lines[3:] == ["1\t1\t1\t102C", "2\t1\t2\t104F", "3\t2\t1\t103E", "4\t2\t2\t101A"]


@pytest.mark.parametrize(("content", "stations"), [(b"", 1), (b"1\n1\n", 1), (b"\xff\xfe", 1), (b"1\n", 0), (None, 1)])
def test_the_command_says_what_is_wrong_with_its_list(tmp_path, content, stations):
    file = tmp_path / "list.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DomainError):
        draw_from_file(SEED, file, stations=stations)
