"""Publishing: what it takes, what it says, that it can't be changed."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from contest import db
from contest.actors import Role
from contest.errors import ConflictError, ForbiddenError, InvalidError
from contest.publications import services
from tests.publications.making import lock_all, make_contest, publish, published, score_all
from tests.support import make_person


def test_published_numbers_are_those_worked_out_by_hand(database: sa.Engine) -> None:
    made, publication = published()
    rows = json.loads(publication.snapshot)["rows"]
    assert [(row["name"][:1], row["rank"], row["total"], row["tied"]) for row in rows] == [
        ("王", "1", "82.10", True), ("李", "1", "82.10", True), ("张", "3", "72.55", False),
    ]  # fmt: skip
    assert rows[2]["stages"] == {"theory": "99.5", "practice": "61.00"}
    assert [row["code"] for row in rows] == made.codes
    assert publication.version == 1


def test_nothing_is_published_before_everything_is_locked(database: sa.Engine) -> None:
    made = make_contest()
    score_all(made)
    with pytest.raises(ConflictError):
        publish(made)
    lock_all(made)
    assert publish(made).version == 1
    with pytest.raises(ConflictError):  # the second click of a double click
        publish(made)


@pytest.mark.parametrize("title", ["", "   ", "长" * 201])
def test_a_bad_title_is_refused(database: sa.Engine, title: str) -> None:
    made = make_contest()
    lock_all(made)
    with pytest.raises(InvalidError):
        publish(made, title)


def test_only_organizers_publish(database: sa.Engine) -> None:
    made = make_contest()
    lock_all(made)
    for role in (Role.ADMINISTRATOR, Role.CHIEF_JUDGE, Role.SUPERVISOR):
        _, actor = make_person(made.world, role)
        with pytest.raises(ForbiddenError), db.transaction() as session:
            services.publish(session, actor, made.fresh(session), "成绩")


def test_a_publication_cannot_be_changed(database: sa.Engine) -> None:
    published()
    for statement in ("UPDATE publication SET title = 'x'", "DELETE FROM publication", "DELETE FROM checkpoint"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.begin() as connection:
            connection.exec_driver_sql(statement)
