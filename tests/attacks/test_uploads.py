"""Files that are not what they seem: a sentence in Chinese, 4xx, nothing half-written (issue: Bad input)."""

import io
import zipfile

from contest.actors import SYSTEM
from contest.jobs.worker import run_pending
from tests.attacks.intruder import dump
from tests.documents import packages

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000
"""How an encrypted workbook begins."""


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in packages.parts().items():
            archive.writestr(name, content)
        archive.writestr("xl/worksheets/sheet9.xml", b"\x00" * 150_000_000)
    return target.getvalue()


FILES = {
    "图片.xlsx": b"\x89PNG\r\n\x1a\n" + b"\x00" * 500,
    "加密.xlsx": OLE,
    "空.xlsx": b"",
    "半截.xlsx": packages.workbook()[:700],
    "炸弹.xlsx": bomb(),
    "网页.xlsx": b"<html><script>alert(1)</script></html>",
    "空字节.csv": b"\x00\x00,\x00\n\x00,\x00\n",
    "乱码.csv": bytes(range(128, 256)) * 20,
    "别的列.csv": "甲,乙\n1,2\n".encode(),
    "实体.xlsx": packages.workbook(extra={"xl/worksheets/sheet1.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
}


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def without_jobs(state):
    return {name: rows for name, rows in state.items() if name != "job"}


def test_no_bad_workbook_writes_anything(site):
    event = site.contest.event.id
    before = without_jobs(dump())
    for path in ("entries/import", "import-marks", "factors"):
        for name, content in FILES.items():
            response = site.upload("organizer", f"/events/{event}/{path}", name, content)
            if response.status_code in (422, 413):
                assert is_chinese(response.text)
                continue
            assert response.status_code in (201, 303), (path, name, response.status_code)
            run_pending()
            told = site.client.get(response.headers["location"])
            assert told.status_code < 500, (path, name)
            assert is_chinese(told.text)
            assert "Traceback" not in told.text
    assert without_jobs(dump()) == before


def test_no_bad_rubric_or_rule_set_writes_anything(site):
    from contest import db
    from contest.competitions.services import create_event

    with db.transaction() as session:
        event = create_event(session, SYSTEM, site.contest.competition, title="钳工").id
    before = dump()
    rules = {
        "a.json": b"",
        "b.json": b"[" * 50_000,
        "c.json": b'{"stages": NaN}',
        "d.json": b"\xff\xfe{}",
        "e.json": b"null",
        "f.json": b'{"schema": 1, "title": "\\ud800", "stages": []}',
        "g.json": b'{"schema": ' + b"9" * 9000 + b"}",
        "h.json": b'{"schema": 1, "title": "x", "stages": [{"id": "s", "rubric": [' + b'{"children":[' * 3000 + b"]}",
        "i.json": b'{"schema":1,"title":"x","stages":[{"id":"s","rubric":[{"id":"a","title":"a","max":"1e9999"}]}]}',
    }
    for name, content in rules.items():
        response = site.upload("organizer", f"/events/{event}/rules/file", name, content)
        assert response.status_code == 422, (name, response.status_code)
        assert is_chinese(response.text)
    for name, content in FILES.items():
        response = site.upload("organizer", f"/events/{event}/rubric", name, content, stage="")
        assert response.status_code in (422, 413), (name, response.status_code)
    changed = {name for name, rows in dump().items() if rows != before[name]}
    assert changed <= {"rubric_report", "upload_report", "rubric_upload_report"}, changed


def test_a_huge_upload_is_refused_before_it_is_read(site):
    response = site.upload(
        "organizer", f"/events/{site.contest.event.id}/entries/import", "大.xlsx", b"PK" + b"x" * 23_000_000
    )
    assert response.status_code == 413
    assert is_chinese(response.text)


def test_no_file_at_all_is_a_sentence(site):
    for path in ("entries/import", "import-marks", "factors", "rubric", "rules/file"):
        response = site.post("organizer", f"/events/{site.contest.event.id}/{path}", file="not a file")
        assert response.status_code in (409, 422), path
        assert is_chinese(response.text)
