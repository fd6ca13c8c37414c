"""Erasing a person: two persons, told before what stays; everything proved stays proved."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select

from contest import db
from contest.actors import SYSTEM, Role
from contest.audit.services import record
from contest.competitions.queries import get_event, stage_periods
from contest.entries.models import Entry
from contest.judging import services as judging
from contest.ledger import queries as ledger
from contest.ledger.signing import fingerprint
from contest.publications.checking import faults_of
from contest.verifier.__main__ import verify_bundle
from contest.verifier.bundle import read_bundle
from tests.checkpoints.conftest import Site, locked, site  # noqa: F401 (fixtures)
from tests.publications.making import publish
from tests.support import make_person, unlock

NAME = "王秀珍CANARY"


@pytest.fixture
def path(site: Site) -> str:  # noqa: F811
    with db.transaction() as session:
        entry = session.exec(select(Entry).where(Entry.name == NAME)).one()
        entry.phone, entry.worker_number = "13800005678", "WORKER9"
        record(session, SYSTEM, entry.tenant_id, "update", "entry", entry.id, before={"name": NAME})
    site.people["second"], _ = make_person(site.made.world, Role.ADMINISTRATOR, login="second")
    return f"/events/{site.made.event.id}/entries/{entry.id}/erasure"


def personal() -> list[str]:
    """The tables that still hold something of the person."""
    with db.engine().connect() as connection:
        tables = [t for t in db.SQLModel.metadata.tables if t not in ("publication", "board_snapshot")]
        dump = {t: str(connection.exec_driver_sql(f"SELECT * FROM {t}").all()) for t in tables}
    return [t for t, text in dump.items() if any(word in text for word in (NAME, "13800005678", "WORKER9"))]


def test_nobody_erases_alone_and_a_sealed_code_is_not_given_away(site, path):  # noqa: F811
    early = site.post("organizer", path, reason="本人要求")
    assert (early.status_code, "泄露" in early.text) == (409, True)
    publish(site.made)
    assert site.post("organizer", path, reason=" ").status_code == 422
    assert site.post("organizer", path, reason="本人要求").status_code == 303
    assert site.post("organizer", path, reason="再来").status_code == 409
    assert site.post("organizer", f"{path}/agree").status_code == 403
    assert site.post("supervisor", f"{path}/agree").status_code == 403
    assert "entry" in personal()
    assert site.post("organizer", f"{path}/drop").status_code == 303
    assert site.post("second", f"{path}/agree").status_code == 409
    assert "entry" in personal()


def test_the_person_is_gone_and_the_chain_old_and_new_bundles_verify(site, path, tmp_path):  # noqa: F811
    first = publish(site.made)
    told = site.get("organizer", path).text
    assert "1 版成绩里的姓名和单位" in told
    site.post("organizer", path, reason="本人要求")
    assert site.post("second", f"{path}/agree").status_code == 303
    assert personal() == []
    assert "个人信息已经删除" in site.get("organizer", path).text
    with db.reading() as session:
        row = ledger.rows(session, site.made.competition)[-1]
        assert faults_of(session, site.made.competition) == []
    fact = {"event": site.made.event.id, "entry": site.made.codes[0], "reason": "本人要求"}
    assert (row.kind, json.loads(row.body)["data"]) == ("erasure", fact)
    with db.transaction() as session:  # a later version, with the person gone
        event = get_event(session, site.made.event.id)
        for _, period in stage_periods(session, event):
            unlock(session, period, "复核")
            judging.lock_period(session, SYSTEM, period, "复核")
    second = publish(site.made, "更正")
    for publication in (first, second):
        file = tmp_path / "bundle.zip"
        file.write_bytes(publication.bundle)
        report = verify_bundle(read_bundle(file), fingerprint())
        assert report.is_good, report.text()
    assert NAME not in second.snapshot
    assert "个人信息已删除" in report.text()
    forged = read_bundle(file)
    next(entry for entry in forged.entries if entry["salt"])["salt"] = ""  # an erasure that the chain does not know
    assert "draw" in verify_bundle(forged, fingerprint()).codes
    claimed = read_bundle(file)
    for item in (*claimed.entries, *claimed.snapshot["rows"]):
        if item["name"] == "（已删除）":
            item["name"] = "某人"  # somebody else put behind the code of the erased person
    assert "draw" in verify_bundle(claimed, fingerprint()).codes
