"""Moving parts: a move never loses or doubles a part, and back is where it was."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.competitions import parts
from contest.competitions.moving import DEEPEST, fits, move, move_to, path_of, ways
from contest.competitions.starting_points import starting_document
from contest.errors import ConflictError, NotFoundError


def aspect(name):
    return {"id": name, "max": "10"}


def criterion(name, *children):
    return {"id": name, "children": list(children)}


def tree():
    return {
        "stages": [
            {"id": "s1", "rubric": [criterion("A", aspect("A1"), aspect("A2")), criterion("B", aspect("B1"))]},
            {"id": "s2", "rubric": [criterion("C", criterion("C1", aspect("C11")), aspect("C2"))]},
        ],
        "ties": [{"by": "criterion", "ref": "A"}, {"by": "criterion", "ref": "B"}],
    }


def ids(document, stage=0):
    return parts.ids_below(document["stages"][stage])


A1, A2, B, B1 = (
    "stages[0].rubric[0].children[0]", "stages[0].rubric[0].children[1]", "stages[0].rubric[1]",
    "stages[0].rubric[1].children[0]",
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "way", "wanted", "order"),
    [
        (A1, "down", "stages[0].rubric[0].children[1]", ["A", "A2", "A1", "B", "B1"]),
        (A2, "up", "stages[0].rubric[0].children[0]", ["A", "A2", "A1", "B", "B1"]),
        (A2, "down", "stages[0].rubric[1].children[0]", ["A", "A1", "B", "A2", "B1"]),
        (B1, "up", "stages[0].rubric[0].children[2]", ["A", "A1", "A2", "B1", "B"]),
        (B, "up", "stages[0].rubric[0]", ["B", "B1", "A", "A1", "A2"]),
        (B, "in", "stages[0].rubric[0].children[2]", ["A", "A1", "A2", "B", "B1"]),
    ],
)
def test_one_step(path, way, wanted, order):
    document = tree()
    assert move(document, path, way) == wanted
    assert ids(document) == order


def test_out_puts_a_part_after_what_it_stood_in():
    document = tree()
    assert move(document, "stages[1].rubric[0].children[0]", "out") == "stages[1].rubric[1]"
    assert ids(document, 1) == ["C", "C2", "C1", "C11"]


def test_a_criterion_walks_into_the_next_stage():
    document = tree()
    assert move(document, B, "down") == "stages[1].rubric[0]"
    assert (ids(document), ids(document, 1)) == (["A", "A1", "A2"], ["B", "B1", "C", "C1", "C11", "C2"])


@pytest.mark.parametrize(
    ("path", "way"), [(A1, "up"), (A1, "out"), (A1, "in"), ("ties[0]", "up"), ("ties[1]", "in"), ("stages[1]", "down")]
)
def test_where_nothing_leads_nothing_happens(path, way):
    document = tree()
    assert way not in ways(document, path)
    with pytest.raises(ConflictError):
        move(document, path, way)
    assert document == tree()


def test_a_way_that_is_none_is_not_found():
    with pytest.raises(NotFoundError):
        move(tree(), A1, "sideways")


@pytest.mark.parametrize("to", ["stages[0].rubric", "ties", "stages"])
def test_an_aspect_stands_in_a_criterion_only(to):
    document = tree()
    with pytest.raises(ConflictError):
        move_to(document, A1, to, 0)
    assert document == tree()


def test_a_criterion_does_not_go_into_itself_nor_too_deep():
    document = tree()
    assert not fits(document, "stages[1].rubric[0]", "stages[1].rubric[0].children[0].children")
    deep = criterion("x")
    for number in range(DEEPEST - 2):
        deep = criterion(f"d{number}", deep)
    document["stages"][0]["rubric"].append(deep)
    assert fits(document, "stages[0].rubric[2]", "stages[0].rubric[0].children")
    assert not fits(document, "stages[0].rubric[2]", "stages[1].rubric[0].children[0].children")


def paths_in(document):
    return [
        parts_path for name in {*ids(document), *ids(document, 1)} for parts_path in parts.paths_with_id(document, name)
    ]


@given(st.data())
def test_a_move_keeps_every_part_exactly_once(data):
    document = tree()
    before = sorted(ids(document) + ids(document, 1))
    for _ in range(data.draw(st.integers(1, 6))):
        path = data.draw(st.sampled_from(sorted(paths_in(document))))
        open_ways = sorted(ways(document, path))
        if not open_ways:
            continue
        node = parts.find(document, path)
        new = move(document, path, data.draw(st.sampled_from(open_ways)))
        assert parts.find(document, new) is node
        assert path_of(document, node) == new
    assert sorted(ids(document) + ids(document, 1)) == before


@given(st.data())
def test_a_dropped_part_stands_before_what_it_was_dropped_on(data):
    document = tree()
    path = data.draw(st.sampled_from([A1, A2, B1]))
    holder = data.draw(st.sampled_from(["stages[0].rubric[0]", "stages[0].rubric[1]", "stages[1].rubric[0]"]))
    items = parts.find(document, f"{holder}.children")
    index = data.draw(st.integers(0, len(items)))
    node = parts.find(document, path)
    following = [item for item in items[index:] if item is not node]
    move_to(document, path, f"{holder}.children", index)
    at = next(n for n, item in enumerate(items) if item is node)
    assert items[at + 1 :] == following


@given(st.integers(0, 3), st.integers(0, 3))
def test_up_takes_back_down(stage, index):
    document = starting_document("skills", "甲")
    path = f"stages[{stage % 2}].rubric[{index}]"
    if not parts.holds(document, path, lambda _: True) or "down" not in ways(document, path):
        return
    before = json.dumps(document)
    new = move(document, path, "down")
    assert "up" in ways(document, new)
    move(document, new, "up")
    assert json.dumps(document) == before
