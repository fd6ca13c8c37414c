"""Who sees what, when (design): in a blind event no byte joins a name to a code before the publication unseals it."""

import io
import json
import zipfile

import pytest

from contest import db
from contest.actors import SYSTEM, Role
from contest.competitions.models import Period
from contest.competitions.queries import get_event
from contest.entries.models import Entry
from contest.jobs.worker import run_pending
from contest.judging.services import lock_period
from contest.publications.board import board_document
from tests.attacks.intruder import count, links
from tests.judging.scenery import RULES as SCENERY
from tests.judging.scenery import build_contest
from tests.publications.making import RULES, lock_all, make_contest
from tests.support import make_person, says, sign_in

NAMES = ("王一", "李二", "张三")
PAGES = 75


def text_of(response) -> str:
    """What a person can read of an answer, workbooks unpacked."""
    if "spreadsheetml" in response.headers.get("content-type", ""):
        with zipfile.ZipFile(io.BytesIO(response.content)) as book:
            return "".join(book.read(name).decode(errors="replace") for name in book.namelist())
    return response.text


def crawl(site, who, starts):
    """Every own page that `who` gets to by following links (GET) from `starts`: address -> text.

    PDFs are left out: a slip's is made of the very view that its page shows.
    """
    found, waiting, seen = {}, list(starts), set(starts)
    site.get(who, "/")
    while waiting and len(found) < PAGES:
        path = waiting.pop(0)
        response = site.client.get(path, follow_redirects=False)
        assert response.status_code < 500, path
        found[path] = text_of(response)
        if "text/html" in response.headers.get("content-type", ""):
            for link in sorted(links(response.text)):
                address = path.partition("?")[0] + link if link.startswith("?") else link.partition("#")[0]
                if address not in seen and not address.startswith("/static") and not address.endswith(".pdf"):
                    seen.add(address)
                    waiting.append(address)
    return found


def guesses(site):
    """Addresses of the event that a page might not link to."""
    event, period = site.contest.event.id, site.contest.period.id
    competition, code = site.contest.competition.id, site.contest.codes[0]
    with db.reading() as session:
        from sqlmodel import select

        entries = list(session.exec(select(Entry.id).where(Entry.event_id == event)))
    own = [
        f"/events/{event}{tail}"
        for tail in (
            "",
            "/entries",
            "/entries?q=王",
            "/entries?sort=-unit",
            "/entries/export",
            "/entries/template",
            "/entries/new",
            "/entries/import",
            "/draw",
            "/draw/layers",
            "/order",
            "/order/print",
            "/check-in",
            "/tickets",
            "/factors",
            "/panel",
            "/desk",
            "/open-operations",
            "/messages",
            "/hall-clocks",
            "/reserve",
            "/clerk",
            "/import-marks",
            "/standings",
            "/awards",
            "/publications",
            "/publications/1/bundle.zip",
            "/publications/1/results.xlsx",
            "/certificates",
            "/rules",
        )
    ]
    own += [f"/events/{event}/entries/{entry}{tail}" for entry in entries for tail in ("", "/edit", "/withdraw")]
    own += [f"/events/{event}/standings/{key}" for key in (*entries, code)]
    own += [
        f"/{lang}{path}"
        for lang in ("zh", "en")
        for path in (
            "/",
            f"/results/{event}",
            f"/results/{event}/v1",
            f"/board/{event}",
            f"/board/{event}/rows",
            f"/board/{event}/rows/1",
            f"/hall/{event}",
            f"/hall/{event}/rows",
            "/verify",
            "/verify/2026-AAAAA-AAAAA",
        )
    ]
    own += [f"/judging/marks/{period}/{code}", f"/judging/sheets/{period}/{code}", f"/judging/periods/{period}/lock"]
    own += [f"/judging/history/{period}/{code}?aspect=P2&judge=J1", f"/judging/room/{period}?code={code}"]
    own += [f"/judging/periods/{period}/{tail}" for tail in ("clocks", "scans")]
    return [f"/competitions/{competition}", "/competitions?q=王一", "/people?q=王", "/certificates/mine", *own]


def lock(site):
    for entry in range(3):
        for judge in ("anna", "bo"):
            marks = [site.contest.op(100 - entry, "P1", entry), site.contest.op(30 - entry, "P2", entry)]
            site.contest.send(judge, *marks, site.contest.op(2, "P3", entry))
    with db.transaction() as session:
        period = session.get_one(Period, (site.contest.event.tenant_id, site.contest.period.id))
        lock_period(session, SYSTEM, period, "测试")


def test_no_name_reaches_whoever_scores_or_watches_or_the_public(site):
    """Judge, chief judge, clerk, supervisor, arbitrator and everybody: before unsealing not one name of an entry."""
    site.person("arbitrator", Role.ARBITRATOR)
    site.person("member", Role.MEMBER, at="plant")
    visits = [(who, crawl(site, who, ["/", *guesses(site)])) for who in ("anna", None)]
    lock(site)
    everybody = ("anna", "chief", "clerk", "supervisor", "arbitrator", "member", None)
    visits += [(who, crawl(site, who, ["/", *guesses(site)])) for who in everybody]
    for who, pages in visits:
        for path, text in pages.items():
            for name in NAMES:
                assert name not in text.replace("q=王一", "").replace('value="王一"', ""), (who, path, name)


@pytest.mark.parametrize("is_locked", [False, True])
def test_no_page_or_address_joins_code_and_name_for_the_organizer(site, is_locked):
    """…nor an id: what stands beside the name on one page must not stand beside the code on another."""
    site.person("admin", Role.ADMINISTRATOR)
    if is_locked:
        lock(site)
    with db.reading() as session:
        from sqlmodel import select

        query = select(Entry).where(Entry.event_id == site.contest.event.id)
        entries = [(entry.id, entry.name, entry.code or "") for entry in session.exec(query)]
    for who in ("organizer", "admin") if is_locked else ("organizer",):
        pages = crawl(site, who, ["/", *guesses(site)])
        for path, text in pages.items():
            shown = f"{path} {text}"
            for entry_id, name, code in entries:
                if says(text, code):
                    assert name not in text, (who, path)
                    assert entry_id not in shown, (who, path)
        assert any(name in text for text in pages.values() for _, name, _ in entries), "the crawl saw the list"
        assert any(says(text, code) for text in pages.values() for *_, code in entries) or not is_locked


WATCHERS = {"boss": Role.ORGANIZER, "watch": Role.SUPERVISOR, "judge": Role.ARBITRATOR, "head": Role.CHIEF_JUDGE}


def in_their_order(text: str, codes: list[str]) -> list[str]:
    return [code for _, code in sorted((text.find(code), code) for code in codes if code in text)]


@pytest.mark.parametrize("is_locked", [False, True])
def test_no_page_lists_codes_in_the_order_of_the_start_list(bare, is_locked):
    """Whoever is not ranked yet, or tied, must not stand in the order of the numbers: line n would be number n."""
    made = make_contest(RULES, names=[f"选手{n}" for n in range(12)])
    people = [make_person(made.world, role, login=login)[0] for login, role in WATCHERS.items()]
    if is_locked:
        lock_all(made)
    tails = ("standings", "publications", "desk", "clerk", "panel", "awards", "draw")
    pages = [f"/events/{made.event.id}/{tail}" for tail in tails]
    pages += [f"/zh/{kind}/{made.event.id}{tail}" for kind in ("board", "hall") for tail in ("", "/rows")]
    seen = 0
    for account in (*people, None):
        bare.cookies.clear()
        if account:
            sign_in(bare, account)
        for path in pages:
            shown = in_their_order(bare.get(path, follow_redirects=False).text, made.codes)
            seen += len(shown) > 3
            assert len(shown) < 3 or shown == sorted(shown), (account and account.login, path)
    assert seen > 5


def test_the_public_board_does_not_tell_from_which_code_a_judge_is_recused(bare):
    """bo and 张三 are of one unit: the code that asks for one sheet fewer would be 张三's."""
    contest = build_contest(SCENERY | {"board": {"live": True}})
    assert count("recusal") == 1
    with db.reading() as session:
        document = board_document(session, get_event(session, contest.event.id))
    assert len({tuple(row["sheets"]) for row in document["rows"]}) == 1
    assert document["sheets"] == [0, 5], "the whole is told: three sheets by anna, two by bo"


def test_a_file_of_marks_is_no_oracle_for_codes(site):
    """An organizer knows who has which number: a mark given by number would stand under that entry's code."""
    event = site.contest.event.id
    with db.engine().connect() as connection:
        number = connection.exec_driver_sql("SELECT number FROM entry ORDER BY number").scalars().first()
    numbers = f"加密号,评分点,分\n{number},T1,7.3\n".encode()
    response = site.upload("organizer", f"/events/{event}/import-marks", "marks.csv", numbers)
    assert response.status_code == 303
    run_pending()
    page = site.get("organizer", response.headers["location"])
    assert not any(says(page.text, code) for code in site.contest.codes)
    assert "7.3" not in site.get("organizer", f"/events/{event}/clerk").text
    coded = f"加密号,评分点,分\n{site.contest.codes[0]},T1,7.3\n".encode()
    site.upload("organizer", f"/events/{event}/import-marks", "marks.csv", coded)
    run_pending()
    assert "7.3" in site.get("organizer", f"/events/{event}/clerk").text


def test_a_search_does_not_answer_by_code(site):
    event = site.contest.event.id
    found = site.get("organizer", f"/events/{event}/entries?q={site.contest.codes[0]}").text
    assert not any(name in found for name in NAMES)
    assert site.get("anna", f"/events/{event}/entries?q=王").status_code == 403


def test_the_slips_are_the_encryption_officers_alone(site):
    """Who holds the map neither organizes nor judges, and every download leaves a trace."""
    path = f"/events/{site.contest.event.id}/draw/slips"
    site.person("keeper", Role.ENCRYPTION_OFFICER)
    site.person("both", Role.ENCRYPTION_OFFICER)
    site.person("both", Role.JUDGE)
    for who in ("organizer", "both", "anna", "chief", "supervisor"):
        assert site.post(who, path).status_code == 403, who
    assert site.post("keeper", path).is_success
    with db.engine().connect() as connection:
        noted = connection.exec_driver_sql("SELECT count(*) FROM audit_record WHERE action = 'download slips'")
        assert noted.scalar_one() == 1


def test_the_chain_holds_no_name(site):
    lock(site)
    with db.engine().connect() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM ledger").scalars().all()
    assert rows
    for body in rows:
        assert not any(name in json.dumps(json.loads(body), ensure_ascii=False) for name in NAMES)
