"""Entering, changing, withdrawing: who may, when, and what is kept as typed."""

import pytest

from contest import db
from contest.actors import SYSTEM, Actor, Role
from contest.competitions.models import Event, EventState
from contest.entries import queries, services
from contest.entries.inputs import EntryInput
from contest.entries.models import Entry, EntryKind, EntryState
from contest.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from contest.ledger import queries as ledger
from tests.support import make_person, unseal


def add(stage, actor=None, **fields) -> Entry:
    with db.transaction() as session:
        return services.add_entry(session, actor or stage.organizer, stage.event, EntryInput(**fields))


def kept(entry) -> Entry:
    with db.reading() as session:
        return session.get_one(Entry, (entry.tenant_id, entry.id))


def test_numbers_are_given_in_order_and_links_found_by_name(stage):
    first = add(stage, name="张三", unit="钱江机械有限公司")
    second = add(stage, name="李四", unit=" 钱江机械 有限公司")
    third = add(stage, name="王五", unit="装配一班")
    other = add(stage, name="赵六", unit="钱江机械有限公司/装配一班", number="B7")
    unknown = add(stage, name="孙七", unit="不存在的单位")
    assert [entry.number for entry in (first, second, third, other, unknown)] == ["001", "002", "003", "B7", "004"]
    assert [entry.organization_id for entry in (first, second)] == [stage.world.plant.id] * 2
    assert [entry.organization_id for entry in (third, other)] == [stage.world.team.id] * 2
    assert unknown.organization_id is None


def test_typed_numbers_and_given_ones_never_meet(stage):
    inputs = [EntryInput("甲"), EntryInput("乙", number="002"), EntryInput("丙"), EntryInput("丁", number="9" * 20)]
    with db.transaction() as session:
        added = services.add_entries(session, SYSTEM, stage.event, [*inputs, EntryInput("戊")])
    assert [entry.number for entry in added] == ["001", "002", "003", "9" * 20, "004"]
    assert add(stage, name="己").number == "005"


def test_a_unit_chosen_from_the_tree_is_printed_by_its_name(stage):
    entry = add(stage, name="张三", organization_id=stage.world.plant.id)
    assert kept(entry).unit == "钱江机械有限公司"
    change(stage, entry, name="张三", organization_id=stage.world.works.id)
    assert kept(entry).unit == "海塘建设集团"


def test_names_stay_as_typed_and_numbers_are_made_plain(stage):
    entry = add(
        stage, name="ＡＢＣ　１２３ 䶮🏅", number=" Ａ０１ ", worker_number="００７５１２",
        phone="１３８ ００１３ ８０００", members=("欧阳\n䶮", "ＸＹ"),
    )  # fmt: skip
    assert entry.name == "ＡＢＣ　１２３ 䶮🏅"
    assert (entry.number, entry.worker_number, entry.phone) == ("A01", "007512", "13800138000")
    with db.reading() as session:
        assert queries.members_of(session, entry.tenant_id, [entry.id]) == {entry.id: ("欧阳 䶮", "ＸＹ")}


def test_the_kind_is_the_rule_sets(stage):
    stage.adopt(entry_kind="team")
    assert add(stage, name="一队").kind is EntryKind.TEAM
    assert add(stage, name="某工程", kind=EntryKind.PROJECT).kind is EntryKind.PROJECT


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "   "}, "name"),
        ({"name": "\u0000\u0007"}, "name"),
        ({"name": "长" * 301}, "name"),
        ({"name": "张三", "unit": "长" * 301}, "unit"),
        ({"name": "张三", "number": "1" * 21}, "number"),
        ({"name": "张三", "worker_number": "1" * 41}, "worker_number"),
        ({"name": "张三", "phone": "打听一下"}, "phone"),
        ({"name": "张三", "phone": "1"}, "phone"),
        ({"name": "一队", "members": ("长" * 101,)}, "members"),
        ({"name": "一队", "members": ("张",) * 201}, "members"),
    ],
)
def test_what_cant_be_taken_is_named_by_field(stage, fields, wrong):
    with pytest.raises(InvalidError) as caught:
        add(stage, **fields)
    assert set(caught.value.fields) == {wrong}


def test_three_hundred_letters_are_a_name(stage):
    assert len(kept(add(stage, name="赢" * 300)).name) == 300


def test_a_number_is_given_once(stage):
    add(stage, name="张三", number="A1")
    with pytest.raises(InvalidError) as caught:
        add(stage, name="李四", number="Ａ1")
    assert "number" in caught.value.fields


def test_all_or_none_of_several(stage):
    inputs = [EntryInput("张三", number="001"), EntryInput("李四", number="001")]
    with pytest.raises(InvalidError), db.transaction() as session:
        services.add_entries(session, stage.organizer, stage.event, inputs)
    with db.reading() as session:
        assert queries.entries_of(session, stage.event) == []


def test_a_contact_enters_for_the_own_unit_until_scoring_and_sees_nobody_else(stage):
    _, contact = make_person(stage.world, Role.UNIT_CONTACT, login="contact", at="plant")
    own = add(stage, contact, name="张三", organization_id=stage.world.team.id)
    foreign = add(stage, name="李四", unit="海塘建设集团")
    for unit in ("海塘建设集团", "", "没有这个单位"):
        with pytest.raises(ForbiddenError):
            add(stage, contact, name="王五", unit=unit)
    with db.reading() as session:
        desk = queries.event_desk(session, contact, stage.event.id)
        assert [line.id for line in queries.entry_lines(session, desk)[0]] == [own.id]
        assert queries.entry_lines(session, desk, search="李四")[1] == 0
        with pytest.raises(NotFoundError):
            queries.get_entry(session, desk, foreign.id)
    with pytest.raises(ForbiddenError), db.transaction() as session:
        services.withdraw_entry(session, contact, session.get_one(Entry, (foreign.tenant_id, foreign.id)), "理由")
    stage.become(EventState.SCORING)
    with pytest.raises(ConflictError):
        add(stage, contact, name="赵六", organization_id=stage.world.plant.id)
    assert add(stage, name="迟到").number


@pytest.mark.parametrize("role", [Role.JUDGE, Role.CHIEF_JUDGE, Role.SUPERVISOR, Role.MEMBER, Role.ENCRYPTION_OFFICER])
def test_nobody_else_enters(stage, role):
    _, actor = make_person(stage.world, role)
    with pytest.raises(ForbiddenError):
        add(stage, actor, name="张三")


@pytest.mark.parametrize("state", [EventState.LOCKED, EventState.PUBLISHED, EventState.CLOSED])
def test_a_locked_event_takes_no_changes(stage, state):
    entry = add(stage, name="张三")
    stage.become(state)
    with pytest.raises(ConflictError):
        add(stage, name="李四")
    with pytest.raises(ConflictError), db.transaction() as session:
        services.withdraw_entry(session, SYSTEM, session.get_one(Entry, (entry.tenant_id, entry.id)), "理由")


def test_a_foreign_tenants_event_is_not_found(stage):
    stranger = Actor(account_id="x", grants=())
    with db.reading() as session, pytest.raises(NotFoundError):
        queries.event_desk(session, stranger, stage.event.id)


@pytest.mark.parametrize("role", [Role.CHIEF_JUDGE, Role.SUPERVISOR, Role.JUDGE, Role.CLERK])
def test_judges_and_supervisors_see_no_names_while_it_is_blind(stage, role):
    add(stage, name="张三")
    stage.adopt()
    _, actor = make_person(stage.world, role)
    with db.reading() as session, pytest.raises(ForbiddenError):
        queries.event_desk(session, actor, stage.event.id)


@pytest.mark.parametrize(("role", "sees"), [(Role.SUPERVISOR, True), (Role.CHIEF_JUDGE, True), (Role.JUDGE, False)])
def test_after_unsealing_supervisors_see_names(stage, role, sees):
    add(stage, name="张三")
    stage.adopt()
    stage.become(EventState.LOCKED)
    unseal(stage.event)
    _, actor = make_person(stage.world, role)
    with db.reading() as session:
        if sees:
            assert queries.event_desk(session, actor, stage.event.id).sees_all
        else:
            with pytest.raises(ForbiddenError):
                queries.event_desk(session, actor, stage.event.id)


def change(stage, entry, reason="", **fields):
    with db.transaction() as session:
        there = session.get_one(Entry, (entry.tenant_id, entry.id))
        services.update_entry(session, stage.organizer, there, EntryInput(**fields), reason=reason)


def test_a_correction_before_the_draw_is_free_and_after_it_needs_a_reason(stage):
    entry = add(stage, name="张山", unit="海塘建设集团")
    change(stage, entry, name="张三", unit="钱江机械有限公司", number="A9", members=("甲", "乙"))
    assert (kept(entry).name, kept(entry).number, kept(entry).organization_id) == ("张三", "A9", stage.world.plant.id)
    stage.adopt()
    with db.transaction() as session:
        services.assign_codes(session, stage.organizer, stage.event)
    with pytest.raises(InvalidError) as caught:
        change(stage, entry, name="张叁")
    assert "reason" in caught.value.fields
    change(stage, entry, reason="身份证上是这个字", name="张叁", number="B1")
    assert (kept(entry).name, kept(entry).number) == ("张叁", "A9")


def test_withdrawing_is_once_with_a_reason_and_reaches_the_ledger_after_the_draw(stage):
    early, late = add(stage, name="张三"), add(stage, name="李四")

    def move(what, entry, reason="受伤"):
        with db.transaction() as session:
            what(session, stage.organizer, session.get_one(Entry, (entry.tenant_id, entry.id)), reason)

    with pytest.raises(InvalidError):
        move(services.withdraw_entry, early, "  ")
    move(services.withdraw_entry, early)
    with pytest.raises(ConflictError):
        move(services.withdraw_entry, early)
    stage.adopt()
    with db.transaction() as session:
        assert services.assign_codes(session, stage.organizer, stage.event) == 1
    move(services.withdraw_entry, late)
    move(services.restore_entry, early)  # draws its own code now
    assert kept(early).state is EntryState.REGISTERED
    assert kept(early).code
    with db.reading() as session:
        rows = ledger.rows(session, stage.competition)
    assert [row.kind for row in rows] == ["adoption", "draw", "withdrawal", "draw"]
    assert kept(late).code in rows[2].body
    assert "李四" not in rows[2].body


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions_for_one_and_for_three(stage, count):
    for n in range(count):
        add(stage, name=f"选手{n}", members=("甲", "乙"))
    with db.reading() as session, db.counting_queries() as statements:
        desk = queries.event_desk(session, stage.organizer, stage.event.id)
        queries.counts(session, desk)
        lines, total = queries.entry_lines(session, desk)
    assert total == count
    assert lines[0].members == ("甲", "乙")
    assert len(statements) == 7


def test_searching_sorting_filtering(stage):
    for number, name, unit in (("10", "张三", "甲厂"), ("9", "李四%", "乙厂"), ("A1", "王五", "")):
        add(stage, name=name, unit=unit, number=number, members=("赵六",) if number == "9" else ())

    def found(**asked):
        with db.reading() as session:
            desk = queries.event_desk(session, stage.organizer, stage.event.id)
            return [line.name for line in queries.entry_lines(session, desk, **asked)[0]]

    assert found() == ["李四%", "张三", "王五"]  # 9, 10, A1: by length first
    assert found(sort="name", descending=True)[0] in {"王五", "李四%"}
    assert found(search="厂", sort="number") == ["李四%", "张三"]
    assert found(search="%") == ["李四%"]
    assert found(search="赵六") == ["李四%"]
    assert found(only="unlinked") == ["李四%", "张三"]
    assert found(only="withdrawn") == []
    assert found(offset=1, limit=1) == ["张三"]


def test_phones_are_masked_in_the_list():
    assert queries.masked_phone("13800138000") == "138****8000"
    assert queries.masked_phone("12345") == "12***"
    assert queries.masked_phone("") == ""


def test_event_object_of_another_session_will_do(stage):
    """Callers hold events from earlier transactions; the services look at the event as it is now."""
    stale = Event(**stage.event.model_dump())
    with db.transaction() as session:
        assert services.add_entry(session, SYSTEM, stale, EntryInput("张三")).number == "001"
