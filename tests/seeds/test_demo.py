"""The demo is filled through the services, and its standings are those of the second program."""

import csv
import json

import pytest
from sqlmodel import select

from contest import db, seeding
from contest.accounts.models import Account
from contest.competitions.models import Event
from contest.core.book import Book
from contest.core.parsing import parse_rule_set
from contest.core.scoring import evaluate
from contest.errors import ConflictError
from contest.standings.services import Computation, compute
from contest.verifier.__main__ import main as verify
from tests.seeds.second_program import DEMO, craftsmen, projects, skills

FILES = {"skills": "数控车工", "craftsmen": "综合组", "projects": "重点工程组"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    import contest.app  # noqa: F401 (every table)
    from contest import migrations

    migrations.upgrade(db.configure(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"))
    seeding.seed("demo")
    engine = db.engine()
    yield engine
    engine.dispose()


def expected(name: str) -> list[tuple[str, str, str]]:
    with (DEMO / f"{name}-expected.csv").open() as file:
        return [(row["rank"], row["entry"], row["total"]) for row in csv.DictReader(file)]


def until_locked(computation: Computation) -> Computation:
    """The same evaluation without the months that are still open."""
    document = computation.rules.to_document()
    for stage in document["stages"]:
        stage["periods"] = [period for period in stage["periods"] if period["id"] != "2026-09"] or stage["periods"]
    rules = parse_rule_set(document)
    marks = [mark for mark in computation.marks if mark.period != "2026-09"]
    result = evaluate(rules, computation.entry_inputs, marks, computation.panels)
    return Computation(
        rules, computation.entries, computation.entry_inputs, Book.of(rules, marks), computation.panels, result
    )


@pytest.mark.parametrize("name", FILES)
def test_the_standings_are_those_of_the_second_program(demo, name):
    with db.reading() as session:
        event = session.exec(select(Event).where(Event.title == FILES[name])).one()
        computation = compute(session, event)
        if name == "projects":
            computation = until_locked(computation)
        by_code = computation.by_code
        found = [(s.rank, by_code[s.entry].number, str(s.published)) for s in computation.result.standings]
    assert sorted(found) == sorted(expected(name))


@pytest.mark.parametrize(("name", "program"), [("skills", skills), ("craftsmen", craftsmen), ("projects", projects)])
def test_the_expected_files_are_what_the_second_program_says(name, program):
    assert [tuple(row) for row in program()] == expected(name)


def test_the_demo_has_a_shared_rank_a_decided_tie_a_veto_and_a_recusal(demo):
    with db.reading() as session:
        event = session.exec(select(Event).where(Event.title == FILES["skills"])).one()
        standings = {s.entry: s for s in compute(session, event).result.standings}
        assert sum(s.tied for s in standings.values()) == 2
        assert any(s.decided_by for s in standings.values())
        projects_event = session.exec(select(Event).where(Event.title == FILES["projects"])).one()
        assert [s.award_barred for s in compute(session, projects_event).result.standings if s.award_barred]
        from contest.judging.models import Recusal

        assert session.exec(select(Recusal)).first() is not None


def test_the_published_bundle_passes_the_independent_verifier(demo, tmp_path, capsys):
    from contest.publications.models import Publication

    with db.reading() as session:
        publication = session.exec(select(Publication)).one()
        bundle = tmp_path / "bundle.zip"
        bundle.write_bytes(publication.bundle)
    assert verify([str(bundle)]) == 0, capsys.readouterr().out


def test_a_full_database_is_not_seeded_again(demo):
    with pytest.raises(ConflictError):
        seeding.seed("minimal")


def test_every_proposal_stands_where_the_file_says(demo):
    from contest.proposals.models import Proposal

    wanted = {p["title"]: p["stop"] for p in json.loads((DEMO / "innovation.json").read_text())["proposals"]}
    with db.reading() as session:
        assert {p.title: p.state.value for p in session.exec(select(Proposal))} == wanted
        assert session.exec(select(Account)).first() is not None
