"""Layered sealing (rules.md: identities are replaced in layers, opened in reverse order, watched by supervisors)."""

import hashlib
import io
import json

import openpyxl
import pytest
from sqlmodel import select

from contest import db
from contest.accounts.hands import CREATED, TIED, note_hand
from contest.accounts.models import Account
from contest.actors import SYSTEM, Role
from contest.competitions.models import EventState
from contest.entries import codes, layers, queries, services, slips
from contest.entries.inputs import EntryInput
from contest.entries.layer_queries import layers_view, opened_lines
from contest.entries.layering import layers_of
from contest.entries.models import Entry, LayerLine
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.ledger import queries as ledger
from tests.support import make_person, says, sign_in

NAMES = ("张三", "李四", "王五", "赵六")


@pytest.fixture
def sealed(stage):
    """Four entries, rules in force, two officers set; nothing drawn."""
    stage.officers = [make_person(stage.world, Role.ENCRYPTION_OFFICER, login=f"officer{n}") for n in (1, 2)]
    _, stage.supervisor = make_person(stage.world, Role.SUPERVISOR)
    with db.transaction() as session:
        services.add_entries(session, SYSTEM, stage.event, [EntryInput(name) for name in NAMES])
    stage.adopt()
    put(stage, [account.id for account, _ in stage.officers])
    return stage


def put(stage, officers, actor=None):
    with db.transaction() as session:
        return layers.set_layers(session, actor or stage.organizer, stage.event, officers)


def make(stage, number, who=None):
    with db.transaction() as session:
        return layers.make_layer(session, stage.officers[(who or number) - 1][1], stage.event, number)


def reveal(stage, number, who=None):
    with db.transaction() as session:
        return layers.open_layer(session, stage.officers[(who or number) - 1][1], stage.event, number)


def witness(stage, number, actor=None):
    with db.transaction() as session:
        return layers.witness_layer(session, actor or stage.supervisor, stage.event, number)


def entries(stage):
    with db.reading() as session:
        return list(session.exec(select(Entry).where(Entry.event_id == stage.event.id)))


def rows(stage, kind):
    with db.reading() as session:
        found = [json.loads(row.body) for row in ledger.rows(session, stage.competition)]
    return [row["data"] for row in found if row["kind"] == kind]


def read(book):
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(min_row=2, values_only=True)]


def layer_book(stage, number, who):
    with db.transaction() as session:
        actor = stage.officers[who - 1][1]
        desk = queries.event_desk(session, actor, stage.event.id)
        return read(slips.layer_slips(session, actor, desk, number, "zh-CN"))


def test_two_officers_draw_two_layers_that_lead_from_name_to_code_only_together(sealed):
    assert make(sealed, 1) == 4
    assert all(entry.code is None for entry in entries(sealed)), "the first layer gives no code yet"
    assert make(sealed, 2) == 4
    first, second = layer_book(sealed, 1, 1), layer_book(sealed, 2, 2)
    lots = {line[1]: line[-1] for line in first}
    given = dict(second)
    assert {name: given[lots[name]] for name in NAMES} == {entry.name: entry.code for entry in entries(sealed)}
    assert all(lot[0] == "S" and codes.is_code(lot[1:]) and not codes.is_code(lot) for lot in lots.values())
    assert all(codes.is_code(code) for code in given.values())
    told = json.dumps([first, second], ensure_ascii=False)
    assert not any(entry.id in told or entry.salt in told for entry in entries(sealed))
    assert not set(NAMES) & {cell for line in second for cell in line}
    assert not set(given.values()) & {cell for line in first for cell in line}


def test_every_layer_is_committed_to_and_the_plain_commitment_of_the_draw_stays(sealed):
    make(sealed, 1)
    make(sealed, 2)
    with db.reading() as session:
        lines = {(line.number, line.given): line for line in session.exec(select(LayerLine))}
    for number, row in enumerate(rows(sealed, "layer"), 1):
        assert row["layer"] == number
        assert [item["code"] for item in row["entries"]] == sorted(item["code"] for item in row["entries"])
        for item in row["entries"]:
            line = lines[number, item["code"]]
            text = f"{line.salt}\n{line.source}\n{line.given}"
            assert item["commitment"] == hashlib.sha256(text.encode()).hexdigest()
    by_code = {entry.code: entry for entry in entries(sealed)}
    [draw] = rows(sealed, "draw")
    for item in draw["entries"]:
        entry = by_code[item["code"]]
        text = f"{entry.salt}\n{entry.id}\n{entry.code}"
        assert item["commitment"] == hashlib.sha256(text.encode()).hexdigest()


def test_nobody_reads_or_draws_the_others_layer_and_no_table_joins_name_and_code(sealed):
    with pytest.raises(ForbiddenError):
        make(sealed, 1, who=2)
    with pytest.raises(ConflictError):  # the second layer builds on the first
        make(sealed, 2)
    make(sealed, 1)
    make(sealed, 2)
    for number, who in ((1, 2), (2, 1)):
        with pytest.raises(ForbiddenError):
            layer_book(sealed, number, who)
    for _, actor in sealed.officers:
        with db.transaction() as session:
            desk = queries.event_desk(session, actor, sealed.event.id)
            with pytest.raises(ConflictError):
                slips.slips(session, actor, desk, "zh-CN")
    _, also_judge = make_person(sealed.world, Role.JUDGE, login="officer1")
    sealed.officers[0] = (sealed.officers[0][0], also_judge)
    with pytest.raises(ForbiddenError):  # who became a judge meanwhile holds nothing any more
        layer_book(sealed, 1, 1)


def test_the_plain_draw_is_refused_and_late_entries_draw_both_numbers(sealed):
    with db.transaction() as session, pytest.raises(ConflictError):
        services.assign_codes(session, SYSTEM, sealed.event)
    make(sealed, 1)
    with db.transaction() as session:
        services.add_entry(session, SYSTEM, sealed.event, EntryInput("中间来的"))
    assert make(sealed, 2) == 5
    with db.transaction() as session:
        services.add_entry(session, SYSTEM, sealed.event, EntryInput("迟到的"))
    lots = {line[1]: line[-1] for line in layer_book(sealed, 1, 1)}
    given = dict(layer_book(sealed, 2, 2))
    assert {entry.name: entry.code for entry in entries(sealed)} == {name: given[lot] for name, lot in lots.items()}
    assert len(lots) == 6
    with pytest.raises(ConflictError):
        make(sealed, 2)


def test_opened_in_reverse_order_after_the_lock_each_in_front_of_a_witness(sealed):
    make(sealed, 1)
    make(sealed, 2)
    with pytest.raises(ConflictError):  # marks may still come
        reveal(sealed, 2)
    sealed.become(EventState.LOCKED)
    with pytest.raises(ConflictError):
        reveal(sealed, 1)
    with pytest.raises(ForbiddenError):
        reveal(sealed, 2, who=1)
    with db.reading() as session:
        assert opened_lines(session, sealed.event, 2) == ([], 0)
    reveal(sealed, 2)
    with pytest.raises(ConflictError):  # seen by nobody yet
        reveal(sealed, 1)
    for wrong in (sealed.organizer, sealed.officers[0][1]):
        with pytest.raises(ForbiddenError):
            witness(sealed, 2, wrong)
    witness(sealed, 2)
    with pytest.raises(ConflictError):
        witness(sealed, 2)
    reveal(sealed, 1)
    with db.reading() as session:
        assert not layers.is_unsealed(session, sealed.event)
    witness(sealed, 1)
    assert [(row["layer"], row["state"]) for row in rows(sealed, "unseal")] == [
        (2, "opened"), (2, "witnessed"), (1, "opened"), (1, "witnessed"),
    ]  # fmt: skip
    told = json.dumps(rows(sealed, "unseal"), ensure_ascii=False)
    assert not any(entry.id in told or entry.name in told for entry in entries(sealed))
    with db.reading() as session:
        assert layers.is_unsealed(session, sealed.event)
        first, total = opened_lines(session, sealed.event, 1)
        second, _ = opened_lines(session, sealed.event, 2)
    codes_of = {line.source: line.given for line in second}
    assert {line.name: codes_of[line.given] for line in first} == {e.name: e.code for e in entries(sealed)}
    assert total == 4


def test_nothing_is_published_while_a_layer_is_sealed(sealed):
    from contest.publications.services import publish

    make(sealed, 1)
    make(sealed, 2)
    with db.transaction() as session:
        from contest.competitions.models import Event, PeriodState
        from contest.competitions.queries import periods_of

        for period in periods_of(session, sealed.event):
            period.state = PeriodState.LOCKED
            session.add(period)
        event = session.get_one(Event, (sealed.event.tenant_id, sealed.event.id))
        event.state = EventState.LOCKED
        session.flush()
        with pytest.raises(ConflictError, match="分层加密"):
            publish(session, SYSTEM, event, "成绩")


def test_two_different_officers_who_do_nothing_else_before_anything_is_drawn(sealed):
    first, second = (account.id for account, _ in sealed.officers)
    both, _ = make_person(sealed.world, Role.ENCRYPTION_OFFICER, login="organizer")
    stranger, _ = make_person(sealed.world, Role.JUDGE)
    for officers, field in (
        ([first, first], "officer2"),
        ([both.id, second], "officer1"),
        ([first, stranger.id], "officer2"),
    ):
        with pytest.raises(InvalidError) as caught:
            put(sealed, officers)
        assert set(caught.value.fields) == {field}
    with pytest.raises(ForbiddenError):
        put(sealed, [first, second], sealed.officers[0][1])
    assert put(sealed, []) == []
    put(sealed, [second, first])
    with pytest.raises(ForbiddenError):
        make(sealed, 1)
    make(sealed, 1, who=2)
    with pytest.raises(ConflictError):
        put(sealed, [])


def test_an_event_that_is_not_blind_or_has_no_layers(stage):
    with db.transaction() as session:
        services.add_entries(session, SYSTEM, stage.event, [EntryInput("张三")])
        with pytest.raises(NotFoundError):
            layers.make_layer(session, SYSTEM, stage.event, 1)
    stage.adopt(blind=False)
    officers = [make_person(stage.world, Role.ENCRYPTION_OFFICER, login=f"o{n}")[0].id for n in (1, 2)]
    with pytest.raises(ConflictError):
        put(stage, officers)
    with db.transaction() as session:
        assert services.assign_codes(session, SYSTEM, stage.event) == 1
    with db.reading() as session:
        assert layers_of(session, stage.event) == []
        assert layers.is_unsealed(session, stage.event)


def test_a_supervisor_whom_the_officer_made_is_no_witness(sealed):
    """Nor the other way round: one of the two could have made the other up (accounts/hands.py)."""
    make(sealed, 1)
    make(sealed, 2)
    sealed.become(EventState.LOCKED)
    reveal(sealed, 2)
    officer = sealed.officers[1][1]
    with db.transaction() as session:
        note_hand(session, officer, session.get_one(Account, sealed.supervisor.account_id), CREATED)
    with pytest.raises(ForbiddenError) as refused:
        witness(sealed, 2)
    assert refused.value.message == TIED
    with db.reading() as session:
        assert [card.can for card in layers_view(session, sealed.supervisor, sealed.event.id).cards] == ["", ""]
    _, other = make_person(sealed.world, Role.SUPERVISOR, login="other")
    witness(sealed, 2, other)


def test_the_page_in_as_many_statements_for_one_as_for_four(sealed):
    make(sealed, 1)
    make(sealed, 2)
    sealed.become(EventState.LOCKED)
    reveal(sealed, 2)
    witness(sealed, 2)
    reveal(sealed, 1)
    for limit in (1, 4):
        with db.reading() as session, db.counting_queries() as statements:
            view = layers_view(session, sealed.supervisor, sealed.event.id)
            opened_lines(session, view.event, 1, limit=limit)
        assert len(statements) <= 12  # the twelfth asks whether the officer and the witness are tied
    assert [card.can for card in view.cards] == ["witness", ""]


def test_the_steps_on_the_page(client, sealed):
    place = f"/events/{sealed.event.id}/draw/layers"

    def visit(account, path="", post=False):
        client.cookies.clear()
        token = sign_in(client, account).csrf_token
        if post:
            return client.post(place + path, data={"csrf_token": token}, follow_redirects=False)
        return client.get(place + path)

    (first, _), (second, _) = sealed.officers
    assert "抽这一层" in visit(first).text
    assert "抽这一层" not in visit(second).text
    assert visit(second, "/1/make", post=True).status_code == 403
    assert visit(first, "/1/make", post=True).status_code == 303
    assert visit(second, "/2/make", post=True).status_code == 303
    page = visit(first)
    assert "下载我这一层" in page.text
    assert not any(entry.name in page.text or says(page.text, entry.code) for entry in entries(sealed))
    assert visit(first, "/1/slips", post=True).status_code == 201
    assert visit(first, "/2/slips", post=True).status_code == 403
    assert visit(first, "/3/open", post=True).status_code == 404
