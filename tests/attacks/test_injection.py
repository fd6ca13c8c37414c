"""Stored text stays text: on every page, in PDFs, workbooks, file names and searches (trust.md 3 and 4: stored XSS)."""

import io
import zipfile

import pikepdf
import pytest

from contest import db
from contest.accounts.queries import actor_for
from contest.actors import SYSTEM, Role
from contest.awards.services import give_awards
from contest.certificates.models import Certificate
from contest.certificates.rendering import certificate_pdf, file_name
from contest.certificates.services import issue
from contest.documents.workbook import parse_sheet
from contest.entries.spreadsheets import SHEET
from contest.proposals.services import submit
from contest.studios.models import StudioKind
from contest.studios.services import register_studio
from contest.web.pages import download
from tests.attacks.intruder import links
from tests.publications.making import RULES, lock_all, make_contest, publish, score_all
from tests.support import make_person, sign_in

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}%s%(x)s"
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(1,1)")


def evil_rules() -> dict:
    rules = dict(RULES) | {
        "title": EVIL,
        "awards": [{"id": "a", "title": EVIL[:60], "by": "rank", "first": 1, "last": 3}],
    }
    rules["stages"] = [dict(stage) | {"title": EVIL} for stage in RULES["stages"]]
    rules["vetoes"] = [{"id": "v", "title": EVIL}]
    return rules


@pytest.fixture
def published(bare):
    """A published contest whose every text is hostile; its organizer."""
    made = make_contest(evil_rules(), names=(EVIL, FORMULAS[0], EVIL + "2"))
    with db.transaction() as session:
        from contest.competitions.models import Competition, Event
        from contest.organizations.models import Organization

        competition = session.get_one(Competition, (made.event.tenant_id, made.competition.id))
        competition.title = competition.host = competition.title_en = EVIL
        event = session.get_one(Event, (made.event.tenant_id, made.event.id))
        event.title = event.title_en = EVIL
        plant = session.get_one(Organization, made.world.plant.id)
        plant.name = EVIL
        session.add_all([competition, event, plant])
    organizer, _ = make_person(made.world, Role.ORGANIZER, login="boss")
    worker, _ = make_person(made.world, Role.MEMBER, login="worker", at="plant")
    with db.transaction() as session:
        register_studio(
            session, SYSTEM, made.world.plant, kind=next(iter(StudioKind)), name=EVIL, leader=EVIL[:90], honours=EVIL
        )
        submit(session, actor_for(session, worker), title=EVIL, problem=EVIL, idea=EVIL, expected_benefit=EVIL)
    score_all(made)
    lock_all(made)
    publish(made, EVIL)
    with db.transaction() as session:
        awards = give_awards(session, SYSTEM, made.fresh(session))
        issued = [issue(session, SYSTEM, award) for award in awards]
        numbers = [certificate.number for certificate in issued]
    return made, organizer, numbers


def test_no_stored_text_becomes_markup_on_any_page(bare, published):
    made, organizer, numbers = published
    sign_in(bare, organizer)
    starts = [
        "/competitions",
        "/studios",
        "/proposals",
        "/organizations",
        "/people",
        f"/zh/verify/{numbers[0]}",
        "/zh/",
        "/en/",
        f"/zh/results/{made.event.id}",
        f"/zh/board/{made.event.id}",
        f"/zh/hall/{made.event.id}",
        f"/organizations/{made.world.plant.id}",
    ]
    starts += [
        f"/events/{made.event.id}{x}"
        for x in (
            "",
            "/entries",
            "/standings",
            "/awards",
            "/certificates",
            "/publications",
            "/panel",
            "/desk",
            "/clerk",
            "/rules",
            "/rules/words",
            "/draw",
        )
    ]
    waiting, seen, shown = list(starts), set(starts), 0
    while waiting and shown < 130:
        response = bare.get(waiting.pop(0), follow_redirects=False)
        if "text/html" not in response.headers.get("content-type", ""):
            continue
        shown += 1
        assert response.status_code < 500, response.url
        assert "<script>alert" not in response.text, response.url
        assert "<img src=x" not in response.text, response.url
        assert "{{7*7}}" in response.text or "49%s" not in response.text, response.url
        assert "unsafe" not in response.headers.get("content-security-policy", "unsafe"), (
            response.url,
            response.status_code,
        )
        for link in sorted(links(response.text) - seen):
            if link.startswith("/") and not link.startswith("/static"):
                seen.add(link)
                waiting.append(link)
    assert shown > 40


def test_the_certificate_prints_markup_as_text_and_opens_nothing(bare, published):
    with db.reading() as session:
        from sqlmodel import select

        certificate = session.exec(select(Certificate).where(Certificate.recipient == EVIL)).first()
        pdf = certificate_pdf(certificate)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) >= 1
        assert "/JavaScript" not in document.Root.get("/Names", {})
        assert "/OpenAction" not in document.Root
        assert not any("/Annots" in page for page in document.pages)
    name = file_name(certificate)
    assert not set(name) & set('/\\:*?"<>|\r\n')


def test_no_formula_gets_into_a_workbook(bare, published):
    """openpyxl takes any `=…` for a formula: names must be written as text (trust.md 3, xlsx)."""
    import openpyxl

    made, organizer, _ = published
    sign_in(bare, organizer)
    for path in (f"/events/{made.event.id}/entries/export", f"/events/{made.event.id}/publications/1/results.xlsx"):
        response = bare.get(path)
        assert response.status_code == 200, path
        assert "\n" not in response.headers["content-disposition"]
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert any(FORMULAS[0] in str(cell.value) for cell in cells), path
        for cell in cells:
            if cell.data_type == "f":
                assert "cmd" not in str(cell.value), (path, cell.coordinate)
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            assert not any("externalLink" in part or "vba" in part.lower() for part in archive.namelist())


def test_signs_of_search_patterns_are_only_signs(bare):
    """% and _ find themselves, not everything; quotes end no statement."""
    made = make_contest()
    organizer, _ = make_person(made.world, Role.ORGANIZER, login="boss")
    sign_in(bare, organizer)
    for path in (
        "/competitions",
        "/people",
        f"/organizations/{made.world.city.id}",
        f"/events/{made.event.id}/entries",
        "/studios",
    ):
        for text in ("%", "_", "\\", "' OR 1=1 --", '"', "\x00", "%25"):
            response = bare.get(path, params={"q": text, "sort": text, "page": "9" * 5000, "kind": text, "only": text})
            assert response.status_code == 200, (path, text)
            assert "王秀珍" not in response.text, (path, text)


def test_no_path_leads_out_of_the_static_folder(bare):
    for path in (
        "/static/../pyproject.toml",
        "/static/%2e%2e/pyproject.toml",
        "/static/..%2fpyproject.toml",
        "/static/....//pyproject.toml",
        "/static/%2fetc/passwd",
        "/static//etc/passwd",
        "/static/..%5cpyproject.toml",
        "/static/css/../../contest/settings.py",
        "/static/%00",
        "/static/css",
    ):
        response = bare.get(path, follow_redirects=False)
        assert response.status_code in (400, 404, 405), (path, response.status_code)


def test_a_file_name_breaks_no_header():
    for name in ("a\r\nSet-Cookie: x=1.pdf", 'a"; filename="b.exe', "名单\u202efdp.exe", "../../etc/passwd"):
        header = download(b"x", name, "application/pdf").headers["Content-Disposition"]
        assert header.isascii()
        assert not set(header) & set('\r\n"')


def test_a_formula_in_an_upload_stays_text_or_is_refused():
    rows = parse_sheet(SHEET, f'姓名,单位\n"{FORMULAS[0]}",甲\n'.encode(), filename="x.csv").rows
    assert not rows or str(rows[0]["name"]) == FORMULAS[0]


def test_numbers_in_forms_are_never_a_crash(bare):
    """Digits that are no digits to `int`, and more of them than it takes."""
    made = make_contest()
    organizer, _ = make_person(made.world, Role.ORGANIZER, login="boss")
    token = sign_in(bare, organizer).csrf_token
    event = made.event.id
    code = made.codes[0]
    for number in ("²", "9" * 5000, "-1", "٣", "", "1e9"):
        calls = [
            bare.post("/proposals", data={"csrf_token": token, "step": number}, follow_redirects=False),
            bare.get("/competitions", params={"page": number}),
            bare.get(f"/zh/results/{event}/{number or 'x'}"),
            bare.get(f"/zh/board/{event}/rows/{number or 'x'}"),
            bare.get(f"/events/{event}/clerk", params={"page": number}),
            bare.post(
                f"/events/{event}/clerk",
                follow_redirects=False,
                data={
                    "csrf_token": token,
                    f"v|{code}|T1|{number}": "5",
                    f"r|{code}|T1|{number}": number,
                    "period": "x",
                },
            ),
            bare.post(f"/events/{event}/awards", data={"csrf_token": token, "version": number}, follow_redirects=False),
            bare.get(f"/events/{event}/publications/{number or 'x'}/bundle.zip"),
        ]
        assert [call.status_code for call in calls if call.status_code >= 500] == [], repr(number[:5])
