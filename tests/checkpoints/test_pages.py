"""The page of checkpoints: read, taken away, countersigned by name, and held against a database that was changed."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from sqlmodel import select

from contest import console, db
from contest.accounts.models import Account
from contest.actors import Role
from contest.checkpoints.queries import REASONS
from contest.ledger import holding, queries, services
from contest.ledger.models import Countersignature
from contest.settings import PROJECT_ROOT
from contest.verifier.held import read_held
from tests.checkpoints.conftest import PASSWORD, Site


def checkpoints(site: Site):
    with db.reading() as session:
        return queries.checkpoints(session, site.made.competition)


def make(site: Site, count: int) -> None:
    for number in range(count):
        with db.transaction() as session:
            services.append(session, site.made.competition, "factor", {"event": "other", "n": number})
            services.make_checkpoint(session, site.made.competition, "timer")


def test_the_digits_are_spoken_one_character_each():
    assert holding.groups("1cd3446eff1a07f3" + "0" * 48) == "1cd3 446e ff1a 07f3"
    # 0 一 1 山 2 水 3 火 4 木 5 金 6 土 7 日 8 月 9 天 a 人 b 大 c 中 d 上 e 下 f 手
    assert holding.spoken("1cd3446eff1a07f3" + "0" * 48) == "山中上火 木木土下 手手山人 一日手火"
    assert len(set(holding.SPOKEN)) == 16


def test_every_reason_for_a_checkpoint_has_its_word():
    given = {
        reason
        for path in (PROJECT_ROOT / "contest").rglob("*.py")
        for reason in re.findall(r'make_checkpoint\([^)]*, "(\w+)"\)', path.read_text())
    }
    assert {"lock", "unsealing", "publication"} <= given
    assert given <= set(REASONS)


def test_the_list_is_paged_newest_first_searched_and_asks_as_much_for_three_as_for_one(site):
    lines = checkpoints(site)
    assert [item.reason for item in lines] == ["lock", "lock"]
    counts = []
    for more in (0, 2, 55):
        make(site, more)
        with db.counting_queries() as statements:
            text = site.get("supervisor", site.path).text
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]
    newest = checkpoints(site)[-1]
    rows = re.findall(r'<td class="num" data-label="流水条数">(\d+)</td>', text)
    assert len(rows) == 50
    assert rows == sorted(rows, key=int, reverse=True)
    assert rows[0] == str(newest.size)
    assert site.get("supervisor", f"{site.path}?page=2").text.count('data-label="流水条数"') == 9
    for wanted in (lines[0].root[:10], holding.groups(lines[0].root), str(lines[0].size)):
        found = site.get("supervisor", f"{site.path}?q={wanted}").text
        digits = wanted.replace(" ", "")
        # A short number may also be the first digits of another root: both are found.
        fitting = [item.size for item in checkpoints(site) if str(item.size) == digits or item.root.startswith(digits)]
        assert lines[0].size in fitting
        assert sorted(map(int, re.findall(r'data-label="流水条数">(\d+)<', found))) == sorted(fitting), wanted
    assert "没有这样的存证" in site.get("supervisor", f"{site.path}?q=zz%25").text


def test_a_supervisor_countersigns_with_their_own_password_and_the_ledger_says_which(site):
    item = checkpoints(site)[-1]
    wrong = site.post("supervisor", f"{site.path}/countersign", checkpoint=item.id, secret="wrong-password")
    assert (wrong.status_code, "密码不对" in wrong.text) == (422, True)
    done = site.post("supervisor", f"{site.path}/countersign", checkpoint=item.id, secret=PASSWORD)
    assert done.status_code == 303
    with db.reading() as session:
        row = queries.rows(session, site.made.competition)[-1]
        signed = session.exec(select(Countersignature)).one()
        account = site.people["supervisor"]
        digest = hashlib.sha256(queries.note_of(item).encode()).hexdigest()
    fact = {"checkpoint": digest, "size": item.size, "root": item.root, "by": account.id}
    assert (row.kind, json.loads(row.body)["data"]) == ("countersign", fact)
    assert (signed.name, signed.ledger_seq) == (account.name, row.seq)
    assert account.name not in row.body
    assert account.name in site.get("organizer", site.path).text
    again = site.post("supervisor", f"{site.path}/countersign", checkpoint=item.id, secret=PASSWORD)
    assert (again.status_code, "已经签认过" in again.text) == (409, True)


def test_nobody_else_countersigns_and_nobody_without_a_password(site):
    item = checkpoints(site)[-1]
    assert site.post("organizer", f"{site.path}/countersign", checkpoint=item.id, secret=PASSWORD).status_code == 403
    site.person("linked", Role.SUPERVISOR, password=False)
    answer = site.post("linked", f"{site.path}/countersign", checkpoint=item.id, secret="")
    assert (answer.status_code, "还没有密码" in answer.text) == (422, True)
    assert site.post("supervisor", f"{site.path}/countersign", checkpoint="nope", secret=PASSWORD).status_code == 404
    for _ in range(12):
        last = site.post("supervisor", f"{site.path}/countersign", checkpoint=item.id, secret="guess-guess")
    assert last.status_code == 429, "guessing is counted like a sign-in"


def test_file_qr_text_and_hall_say_the_same(site):
    item = checkpoints(site)[-1]
    file = site.get("organizer", f"{site.path}/{item.id}/note.json")
    held = holding.read_held(file.content)
    with db.reading() as session:
        text = holding.as_text(item, queries.trusted_keys(session)[item.key_id])
    assert held == holding.read_held(text.encode())
    apart = read_held(file.content)  # the verifier's own reading of it
    assert (apart.note, apart.is_signed, apart) == (held.note, True, read_held(text.encode()))
    site.client.cookies.clear()
    for language, word in (("zh", "请拍下这一屏"), ("en", "Photograph this screen")):
        page = site.client.get(f"/{language}/checkpoints/{site.made.competition.id}")
        assert (page.status_code, "set-cookie" in page.headers) == (200, False)
        assert word in page.text
        assert holding.groups(item.root) in page.text
        assert holding.spoken(item.root) in page.text
    assert site.client.get("/zh/checkpoints/nope").status_code == 404


def edit(site: Site, statement: str) -> None:
    """As somebody with the database in hand: triggers gone first."""
    with db.engine().begin() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        assert connection.exec_driver_sql(statement).rowcount != 0


FOUND = {
    "UPDATE ledger SET body = replace(body, '\"units\":800', '\"units\":801')": "与存证不符",
    "DELETE FROM ledger": "与存证不符",
    "UPDATE ledger SET body = '{}' WHERE seq = 2": "与存证不符",
    "UPDATE ledger SET body = 'not json' WHERE seq = 2": "与存证不符",
    "UPDATE mark SET units = units + 1 WHERE aspect = 'P1'": "分数与记分流水不符",
    "DELETE FROM mark WHERE aspect = 'T1'": "分数与记分流水不符",
    "UPDATE entry SET id = id, salt = 'x' WHERE number = '1'": "名单被人调换过",
    "UPDATE entry SET code = CASE number WHEN '1' THEN 'tmp' ELSE code END": "名单被人调换过",
    "UPDATE ledger_head SET seq = seq + 1": "末尾与登记的不符",
    "UPDATE checkpoint SET root = replace(root, substr(root, 1, 1), 'x')": "与存证不符",
}


@pytest.mark.parametrize("statement", FOUND)
def test_the_check_finds_what_was_changed_in_the_database(site, statement):
    assert "核对通过" in site.post("supervisor", f"{site.path}/check", text="").text
    edit(site, statement)
    answer = site.post("supervisor", f"{site.path}/check", text="").text
    assert "核对通过" not in answer
    assert FOUND[statement] in answer


def test_a_kept_checkpoint_finds_a_chain_that_was_cut_off_with_its_checkpoints(site, capsys, tmp_path, monkeypatch):
    """Nothing on the server is left to contradict: only what was kept outside does."""
    kept = tmp_path / "kept.json"
    kept.write_bytes(site.get("supervisor", f"{site.path}/{checkpoints(site)[-1].id}/note.json").content)
    file = {"file": ("kept.json", kept.read_bytes(), "application/json")}
    assert "与您的存证一致" in site.post("supervisor", f"{site.path}/check", files=file).text
    monkeypatch.setattr(console.get_settings(), "database_url", str(db.engine().url))
    assert console.verify_database([kept]) == 0
    edit(site, "DELETE FROM checkpoint")
    for statement in (
        "DELETE FROM ledger",
        "DELETE FROM ledger_head",
        "DELETE FROM mark",
        "UPDATE entry SET code=NULL",
        "UPDATE period SET state='waiting'",
    ):
        edit(site, statement)
    file = {"file": ("kept.json", kept.read_bytes(), "application/json")}
    answer = site.post("supervisor", f"{site.path}/check", files=file)
    assert "后面的被删掉了" in answer.text
    assert "核对通过" in site.post("supervisor", f"{site.path}/check", text="").text, "without it nothing is found"
    assert console.verify_database([]) == 0
    assert console.verify_database([kept]) == 1
    assert "FAIL" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["x", "{}", "[1]", "contest/x\n1\n", '{"size": 1}', "contest/a\nx\ny\nz\nr\nk\ns\n"])
def test_what_is_no_checkpoint_is_said_and_stays_typed(site, text):
    answer = site.post("supervisor", f"{site.path}/check", text=text)
    assert answer.status_code == 422
    assert "这不是存证" in answer.text


def test_a_checkpoint_signed_by_anybody_else_is_refused(site):
    item = checkpoints(site)[-1]
    value = json.loads(site.get("supervisor", f"{site.path}/{item.id}/note.json").content)
    for change in ({"size": item.size - 1}, {"signature": "00" * 64}, {"public_key": "11" * 32}, {"reason": "other"}):
        answer = site.post("supervisor", f"{site.path}/check", text=json.dumps(value | change))
        assert "签名不是本平台的" in answer.text, change
    answer = site.post("supervisor", f"{site.path}/check", text=json.dumps(value | {"competition": "other"}))
    assert "另一个竞赛" in answer.text


def test_the_account_is_checked_as_it_is_now(site):
    """A disabled supervisor's session is dead: no countersignature."""
    item = checkpoints(site)[-1]
    with db.transaction() as session:
        session.get_one(Account, site.people["supervisor"].id).disabled_at = db.now()
    answer = site.post("supervisor", f"{site.path}/countersign", checkpoint=item.id, secret=PASSWORD)
    assert answer.status_code in (401, 403)
