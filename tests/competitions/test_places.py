"""Where an event's page leads: everything under a heading in the order of the work, and nothing lost by that."""

import re

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions.places import PLACES
from contest.competitions.rule_services import adopt_rule_set, save_rule_set
from contest.competitions.starting_points import starting_document
from tests.competitions.helpers import make_event, new_event
from tests.support import make_person, sign_in

HEADINGS = ["赛前", "赛中", "锁定以后", "公布"]


def panel(client, event):
    """The part of the page under 去往: its headings, and address -> words of its links."""
    text = client.get(f"/events/{event.id}").text.split("去往</h2>", 1)[1]
    links = dict(re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', text))
    return re.findall(r"<h3[^>]*>([^<]+)</h3>", text), links


def test_an_organizer_finds_every_page_of_a_contest_under_four_headings(client, world):
    _, event = new_event(world, point="skills", adopt=True)
    sign_in(client, make_person(world, Role.ORGANIZER)[0])
    headings, links = panel(client, event)
    assert headings == HEADINGS
    every = {text for places in PLACES.values() for text, _ in places}
    assert every - set(links.values()) == {"重点工程台账", "通报"}  # of key projects, and of several periods
    for address in links:
        assert client.get(address).status_code == 200, address


def test_a_chief_judge_of_a_blind_contest_is_not_led_to_names(client, world):
    _, event = new_event(world, point="skills", adopt=True)
    sign_in(client, make_person(world, Role.CHIEF_JUDGE)[0])
    headings, links = panel(client, event)
    assert headings == HEADINGS
    assert "参赛者" not in links.values()
    assert "裁判长工作台" in links.values()


@pytest.mark.parametrize("live", [True, False])
def test_board_and_hall_screen_are_found_where_the_rules_show_them(client, world, live):
    with db.transaction() as session:
        _, event = make_event(session, world)
        save_rule_set(session, SYSTEM, event, starting_document("skills", "电工") | {"board": {"live": live}})
    sign_in(client, make_person(world, Role.ORGANIZER)[0])
    boards = {f"/zh/board/{event.id}", f"/zh/hall/{event.id}"}
    assert not boards & set(panel(client, event)[1]), "a draft shows nothing to the public"
    with db.transaction() as session:
        adopt_rule_set(session, SYSTEM, event)
    assert boards & set(panel(client, event)[1]) == (boards if live else set())
