"""The verifier plays the chains of signatures and waivers again: bent ones are found, by rows that it names."""

import copy
import hashlib
import io
import json
import zipfile

import pytest

from contest import db
from contest.actors import SYSTEM
from contest.competitions.models import Event, Period
from contest.judging import services
from contest.judging.queries import locate
from contest.judging.sheet.queries import build_view, entry_by_code
from contest.judging.signatures.listing import seen_digest, sign_waiting, waiting_lines
from contest.judging.signatures.waiving import confirm_waiver, propose_waiver
from contest.ledger.signing import fingerprint
from contest.publications.services import publish
from contest.verifier.__main__ import verify_bundle
from contest.verifier.bundle import read_bundle
from contest.verifier.report import Report
from contest.verifier.signatures import check_signatures
from tests.judging.scenery import build_contest
from tests.judging.test_signing import formal, put, view
from tests.support import unseal


def waive(contest, entry, judge, role, ground, reason):
    place = (contest.period.id, judge, contest.codes[entry], role)
    with db.transaction() as session:
        where = locate(session, contest.period.id)
        member = next(found for found in contest.members.values() if found.code == judge)
        shown = build_view(session, where, member, entry_by_code(session, where.event, contest.codes[entry])).digest
        act = propose_waiver(
            session, contest.actors["chief"], *place, digest=shown, ground=ground, reason=reason
        )  # fmt: skip
        confirm_waiver(session, contest.actors["supervisor"], *place, act.id)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory, sqlite_template):
    """Entry 1: signed, changed, the contestant then refuses, signed again. Entry 2: the judge falls ill."""
    folder = tmp_path_factory.mktemp("signed")
    (folder / "contest.db").write_bytes(sqlite_template.read_bytes())
    db.configure(f"sqlite:///{folder / 'contest.db'}")
    contest = build_contest()
    formal(contest, "contestant", "judge", "chief")
    for entry in (0, 1):
        contest.fill("anna", entry)
        put(contest, "anna", "contestant", entry)
    put(contest, "anna", "judge")
    with db.reading() as session:
        base = view(contest).marks["P2", 1].revision
    contest.send("anna", contest.op(31, base=base, reason="复议"))
    waive(contest, 0, "J1", "contestant", "refused", "对改后的分有异议")
    put(contest, "anna", "judge")
    waive(contest, 1, "J1", "judge", "absent", "送医")
    with db.transaction() as session:
        period = session.get_one(Period, (contest.event.tenant_id, contest.period.id))
        services.lock_period(session, SYSTEM, period, "测试")
    with db.transaction() as session:
        lines = waiting_lines(session, locate(session, contest.period.id), "chief")
        sign_waiting(session, contest.actors["chief"], contest.period.id, role="chief", seen=seen_digest(lines))
    unseal(contest.event)
    with db.transaction() as session:
        event = session.get_one(Event, (contest.event.tenant_id, contest.event.id))
        made = publish(session, SYSTEM, event, "决赛成绩")
        packed = made.bundle
    db.engine().dispose()
    path = folder / "bundle.zip"
    path.write_bytes(packed)
    assert zipfile.is_zipfile(io.BytesIO(packed))
    return read_bundle(path)


def bodies_of(bundle):
    return [json.loads(line["body"]) for line in bundle.ledger if "body" in line]


def found(bundle, bodies):
    report = Report()
    check_signatures(bundle, bodies, report)
    return report


def resealed(data):
    """A forger who owns the server works the link's own digest out again."""
    bound = {key: value for key, value in data.items() if key != "signature"}
    text = json.dumps(bound, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return bound | {"signature": hashlib.sha256(text.encode()).hexdigest()}


def test_the_honest_chains_fit_and_every_waiver_is_told(bundle):
    report = verify_bundle(bundle, fingerprint())
    assert report.is_good, report.text()
    told = [finding.english for finding in report.findings if finding.code in ("signatures", "waived")]
    # sheet 1: judge and chief after the waiver; sheet 2: contestant and chief around it
    assert told[0].startswith("4 signatures and 2 waivers")
    assert len(told) == 3
    assert any("(refused)" in line for line in told)
    assert any("(absent)" in line for line in told)


def change(bodies, kind, number, **values):
    rows = [body for body in bodies if body["kind"] == kind]
    rows[number]["data"] |= values
    return rows[number]


@pytest.mark.parametrize(("kind", "values"), [
    ("waiver", {"digest": "0" * 64}), ("waiver", {"previous": "1" * 64}), ("sign", {"digest": "0" * 64}),
    ("sign", {"previous": "1" * 64}), ("waiver", {"role": "judge"}),
])  # fmt: skip
def test_a_link_under_other_marks_or_out_of_its_place_is_found(bundle, kind, values):
    bodies = copy.deepcopy(bodies_of(bundle))
    row = change(bodies, kind, 0, **values)
    row["data"] = resealed(row["data"])
    assert "signatures" in found(bundle, bodies).codes


@pytest.mark.parametrize("values", [{"reason": "别的"}, {"ground": "absent"}, {"confirmed_by": "x"}])
def test_words_of_a_waiver_changed_afterwards_are_found(bundle, values):
    bodies = copy.deepcopy(bodies_of(bundle))
    change(bodies, "waiver", 0, **values)
    assert "signatures" in found(bundle, bodies).codes


@pytest.mark.parametrize("values", [{"confirmed_by": None}, {"ground": "mood"}, {"reason": " "}, {"proposed_by": ""}])
def test_a_waiver_by_one_person_or_without_its_words_is_found(bundle, values):
    bodies = copy.deepcopy(bodies_of(bundle))
    row = change(bodies, "waiver", 1, **values)
    row["data"] = resealed(row["data"])
    assert "waivers" in found(bundle, bodies).codes
    bodies = copy.deepcopy(bodies_of(bundle))
    row = change(bodies, "waiver", 1)
    row["data"] = resealed(row["data"] | {"confirmed_by": row["data"]["proposed_by"]})
    assert "waivers" in found(bundle, bodies).codes


def test_a_waiver_taken_out_of_the_middle_is_found(bundle):
    bodies = [body for body in bodies_of(bundle) if body["kind"] != "waiver"]
    assert "signatures" in found(bundle, bodies).codes


def test_a_mark_changed_after_the_signatures_leaves_none_of_them(bundle):
    """A later mark voids the links; the signature that stood before it does not count any more."""
    bodies = bodies_of(bundle)
    last = next(body for body in reversed(bodies) if body["kind"] == "mark" and body["data"]["judge"] == "J1")
    at = next(number for number, body in enumerate(bodies) if body["kind"] == "lock")
    bodies.insert(at, {**last, "data": {**last["data"], "units": 1}})
    report = found(bundle, bodies)
    assert "signatures" in report.codes, "the chief signed on top of what is void"
