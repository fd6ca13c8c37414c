"""The mark endpoint: nobody scores for another, nothing crashes it, nothing sent is lost (design, Score entry)."""

import json

from contest import db
from contest.competitions.models import Period
from contest.judging.services import lock_period
from tests.attacks.intruder import count
from tests.judging.scenery import op_id


def marks() -> int:
    return count("mark")


def test_nobody_scores_for_another_judge(site):
    bo = site.contest.members["bo"].code
    for who, judge in (("anna", bo), ("clerk", bo), ("organizer", bo), ("anna", ""), ("anna", "J999"), ("anna", "C1")):
        answer = site.answer(who, judge=judge)
        assert answer["result"] == "quarantined", (who, judge, answer)
    assert marks() == 0
    assert site.answer("anna")["result"] == "accepted"


def test_the_administrator_and_the_supervisor_do_not_score(site):
    site.person("admin", "administrator")
    for who in ("admin", "supervisor"):
        response = site.send(who, {"operations": [site.contest.op(30)]})
        assert response.status_code == 403, who
    assert marks() == 0


def test_an_organizer_without_a_seat_does_not_score(site):
    assert site.answer("organizer")["result"] == "quarantined"
    assert marks() == 0


def test_a_taken_forgery_does_not_become_the_judges_mark(site):
    """What another sent under a judge's code is evidence, not that judge's mark (no `edit score` anywhere)."""
    forged = site.contest.op(1, judge=site.contest.members["bo"].code)
    assert site.send("anna", {"operations": [forged]}).json()["answers"][0]["result"] == "quarantined"
    path = f"/events/{site.contest.event.id}/settle"
    response = site.post("chief", path, operation=forged["op_id"], take="1", reason="看错")
    assert response.status_code == 409, response.text[:200]
    assert marks() == 0


def test_a_judge_does_not_score_their_own_unit_even_if_it_was_entered_late(site):
    """Recusal holds at the endpoint, not only on the page (trust.md 3: 执裁回避)."""
    from contest.actors import SYSTEM
    from contest.entries.inputs import EntryInput
    from contest.entries.services import add_entry

    with db.transaction() as session:
        entry = add_entry(session, SYSTEM, site.contest.event, EntryInput(name="迟到", unit="海塘建设集团"))
        assert entry.organization_id == site.contest.world.works.id
        session.refresh(entry)
        code = entry.code
    assert site.get("bo", f"/judging/sheets/{site.contest.period.id}/{code}").status_code == 403
    answer = site.answer("bo", entry=code)
    assert (answer["result"], answer["reason"]) == ("quarantined", "recused")
    assert site.answer("anna", entry=code)["result"] == "accepted"


STRANGE = [
    -1,
    41,
    10**15,
    2**53 + 1,
    -(10**300),
    30.0,
    "30",
    True,
    [30],
    {"n": 30},
    None,
    "",
    "三十",
    float("nan"),
    float("inf"),
]


def test_a_value_out_of_range_or_of_no_sense_is_kept_apart(site):
    for number, value in enumerate(STRANGE, 1):
        body = json.dumps({"operations": [site.contest.op(value)]}).encode()
        response = site.send("anna", body)
        assert response.status_code == 200, (value, response.text)
        assert response.json()["answers"][0]["result"] == "quarantined", value
        assert count("operation") == number, "store first: what came is kept"
    assert marks() == 0
    assert site.get("chief", f"/events/{site.contest.event.id}/desk").status_code == 200


def test_no_field_of_an_operation_crashes_the_endpoint_or_the_desk(site):
    """…and taking such an operation is refused in words."""
    keys = ("event", "stage", "period", "entry", "aspect", "repetition", "judge", "reason", "base", "after", "decides")
    settle = f"/events/{site.contest.event.id}/settle"
    for key in keys:
        for value in ("x" * 100, "\ud800", "'; DROP TABLE mark;--", [], {"a": 1}, 10**400, 0.5):
            op = site.contest.op(30) | {key: value}
            response = site.send("anna", {"operations": [op]})
            assert response.status_code in (200, 413, 422), (key, value, response.text)
            if response.status_code == 200 and value in ("\ud800", 0.5):
                assert site.post("chief", settle, operation=op["op_id"], take="1", reason="试").status_code < 500, key
    assert site.get("chief", f"/events/{site.contest.event.id}/desk").status_code == 200


NOISE = [
    b"",
    b"[]",
    b"{}",
    b"null",
    b"NaN",
    b"{",
    b"\xff\xfe",
    b'{"operations": [null]}',
    b'{"operations": [[]]}',
    b"[" * 100_000,
    b'{"operations": [{"op_id": "x"}]}',
    b'{"operations": [{"op_id": ["aaaaaaaaaa"]}]}',
    b'{"operations": [' + b'{"op_id": "aaaaaaaaaa"},' * 300 + b'{"op_id": "aaaaaaaaaa"}]}',
    b"9" * 10_000,
    b'"' + b"x" * 10_000_000 + b'"',
]


def test_noise_is_refused_with_a_sentence(site):
    for body in NOISE:
        response = site.send("anna", body)
        assert response.status_code in (413, 422), (body[:24], response.status_code)
        assert response.json()["error"]
    assert count("operation") == 0


def test_deep_json_is_no_crash(site):
    for depth in (50, 600, 850, 900, 950, 985):
        deep = json.dumps(site.contest.op(30))[:-1].encode() + b', "x": ' + b"[" * depth + b"]" * depth + b"}"
        assert site.send("anna", b'{"operations": [' + deep + b"]}").status_code in (200, 413, 422), depth


def test_another_content_type_is_no_crash_and_no_way_around_the_token(site):
    ops = json.dumps({"operations": [site.contest.op(30)]}).encode()
    for kind in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded", ""):
        assert site.send("anna", ops, **{"content-type": kind}).status_code in (200, 400, 422), kind
        response = site.client.post("/api/operations", content=ops, headers={"content-type": kind})
        assert response.status_code in (400, 403), (kind, response.status_code)


def test_a_replayed_operation_changes_nothing(site):
    op = site.contest.op(30)
    first = site.send("anna", {"operations": [op]}).json()["answers"][0]
    for who in ("anna", "bo"):
        again = site.send(who, {"operations": [op | {"value": 39}]}).json()["answers"][0]
        assert again["result"] == "duplicate", who
        assert again["seq"] == first["seq"]
    assert count("mark", "units = 30") == marks() == 1


def test_nothing_counts_after_the_lock(site):
    with db.transaction() as session:
        period = session.get_one(Period, (site.contest.event.tenant_id, site.contest.period.id))
        lock_period(session, site.contest.actors["chief"], period, "停电")
    assert site.answer("anna")["reason"] == "locked"
    assert site.answer("chief", judge=site.contest.members["anna"].code)["reason"] == "locked"
    assert marks() == 0


def test_marks_for_another_event_or_an_unknown_entry_go_nowhere(site):
    for changes in (
        {"event": "0" * 16},
        {"entry": "999X"},
        {"stage": "theory"},
        {"period": "2"},
        {"aspect": "P9"},
        {"repetition": 2},
        {"repetition": 0},
        {"rules": "0" * 64},
    ):
        assert site.answer("anna", **changes)["result"] == "quarantined", changes
    assert marks() == 0


def test_a_judge_sees_no_other_sheet_and_no_others_marks_before_the_lock(site):
    period, code = site.contest.period.id, site.contest.codes[0]
    site.answer("bo", value=37)
    assert site.get("anna", f"/judging/marks/{period}/{code}").status_code == 403
    assert site.get("organizer", f"/judging/marks/{period}/{code}").status_code == 403
    assert site.get("organizer", f"/judging/sheets/{period}/{code}").status_code in (403, 404)
    assert ">37<" not in site.get("anna", f"/judging/sheets/{period}/{code}/review").text


def test_a_signature_is_the_judges_own(site):
    site.contest.fill("anna")
    path = f"/judging/sheets/{site.contest.period.id}/{site.contest.codes[0]}/sign"
    for who in ("bo", "chief", "organizer", "clerk", "supervisor"):
        assert site.post(who, path, digest="0" * 64).status_code in (403, 404, 409), who
    assert count("sheet", "signed_at IS NOT NULL") == 0


def test_op_ids_are_no_way_into_another_tenant(site):
    from tests.support import build_world, make_person

    with db.transaction() as session:
        other = build_world(session)
    site.people["stranger"], _ = make_person(other, "organizer", login="stranger")
    answer = site.answer("stranger", op_id=op_id(), judge=site.contest.members["anna"].code)
    assert answer["result"] == "quarantined"
    assert count("operation", f"tenant_id = '{site.contest.event.tenant_id}'") == 0, "a stranger fills no quarantine"


def test_no_tablet_gives_an_id_as_only_the_platform_does(site):
    """`import-FILE-ROW` says that a mark stands as a file brought it, and a second person confirms the file in one go;
    taken before the import, it would answer the file's own row as a repetition, and that mark would be lost.
    """
    for start in ("import-x", "IMPORT-x", "decision-", "correction-", "clerk-", "project-", "seed-"):
        response = site.send("anna", {"operations": [site.contest.op(30, op_id=f"{start}-0000001")]})
        assert (response.status_code, "op_id" in response.json()["error"]) == (422, True), start
    assert count("operation") == 0
