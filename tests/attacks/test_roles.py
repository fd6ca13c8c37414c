"""Nobody climbs: roles, accounts and tablets of others, seats on panels (design, Safety; trust.md 3)."""

from sqlmodel import select

from contest import db
from contest.accounts.models import RoleGrant
from contest.actors import SYSTEM, Role
from contest.judging import services
from tests.attacks.intruder import count, dump


def member_of(site, account):
    with db.transaction() as session:
        return services.appoint(session, SYSTEM, site.contest.stage, account)


def test_an_organizer_opens_no_account_with_higher_roles(site):
    """An enrolment code is a key to the account: nobody may make it for roles that they could not give."""
    admin = site.person("admin", Role.ADMINISTRATOR)
    event = site.contest.event.id
    assert site.post("organizer", f"/people/{admin.id}/enrolment").status_code == 403
    assert site.post("organizer", f"/people/{admin.id}/disable").status_code == 403
    member = member_of(site, admin)
    assert site.post("organizer", f"/events/{event}/panel/{member.id}/enrol").status_code == 403
    assert count("one_time_link") == 0
    assert count("account", "disabled_at IS NOT NULL") == 0
    anna = site.contest.members["anna"].id
    assert site.post("organizer", f"/events/{event}/panel/{anna}/enrol").status_code == 200


def test_an_organizer_below_opens_no_account_of_another_subtree(site):
    """Appointing somebody gives no power over what they are elsewhere."""
    site.person("small", Role.ORGANIZER, at="plant")
    anna = site.contest.accounts["anna"].id  # of the county, judges for the city
    for path in ("enrolment", "disable", "roles"):
        status = site.post("small", f"/people/{anna}/{path}", role="judge", organization_id=site.contest.world.plant.id)
        assert status.status_code in (403, 404), path
    assert count("one_time_link") == 0


def test_nobody_gives_themselves_a_role_or_a_seat(site):
    """Organizing and administering never include scoring; a second person is needed."""
    site.person("admin", Role.ADMINISTRATOR)
    city, event = site.contest.world.city.id, site.contest.event.id
    with db.reading() as session:
        before = len(session.exec(select(RoleGrant)).all())
    for who in ("organizer", "admin"):
        own = site.account(who).id
        for role in ("administrator", "supervisor", "chief_judge", "encryption_officer", "hall_screen"):
            assert site.post(who, f"/people/{own}/roles", role=role, organization_id=city).status_code == 403
    own = site.account("organizer").id
    path = f"/events/{event}/panel/appoint"
    for role in ("judge", "chief", "clerk"):
        assert site.post("organizer", path, stage=site.contest.stage.id, account=own, role=role).status_code == 403
    assert site.post("admin", path, stage=site.contest.stage.id, account=own).status_code == 403
    assert site.post("anna", path, stage=site.contest.stage.id, account=own).status_code == 403
    with db.reading() as session:
        assert len(session.exec(select(RoleGrant)).all()) == before


def test_an_organizer_makes_no_administrator(site):
    city = site.contest.world.city.id
    anna = site.contest.accounts["anna"].id
    assert (
        site.post("organizer", f"/people/{anna}/roles", role="administrator", organization_id=city).status_code == 403
    )
    fields = {"login": "puppet", "name": "傀儡", "organization_id": city, "password": "long-enough-secret"}
    assert site.post("organizer", "/people", role="administrator", **fields).status_code == 403
    assert count("account", "login = 'puppet'") == 0, "all or nothing: no account without its role"


def test_lower_roles_do_nothing_of_the_organizers(site):
    """Unit contact, member, clerk, judge, supervisor: refused, and nothing changed."""
    site.person("contact", Role.UNIT_CONTACT, at="plant")
    site.person("member", Role.MEMBER, at="plant")
    event, period = site.contest.event.id, site.contest.period.id
    stage, anna = site.contest.stage.id, site.contest.members["anna"].id
    entry = next(iter(ids("entry")))
    attempts = {
        f"/events/{event}/publications": {"title": "假"},
        f"/events/{event}/awards": {},
        f"/events/{event}/certificates": {},
        f"/events/{event}/draw": {},
        f"/events/{event}/draw/slips": {},
        f"/events/{event}/rules/adopt": {},
        f"/events/{event}/panel/appoint": {"stage": stage, "account": site.contest.accounts["bo"].id},
        f"/events/{event}/panel/{anna}/remove": {},
        f"/events/{event}/panel/{anna}/enrol": {},
        f"/events/{event}/panel/recusals": {"member": anna, "entry": "1", "reason": "x"},
        f"/events/{event}/entries/{entry}/vetoes": {"veto": "x", "reason": "x", "decided_by": "x"},
        f"/judging/periods/{period}/unlock": {"reason": "x"},
        "/competitions": {"title": "假", "organization_id": site.contest.world.city.id, "kind": "skills"},
        "/organizations": {"name": "假", "parent_id": site.contest.world.city.id, "kind": "team"},
        "/people": {"login": "x", "name": "x", "organization_id": site.contest.world.city.id},
    }
    before = dump()
    for who in ("contact", "member", "clerk", "anna", "supervisor"):
        for path, fields in attempts.items():
            assert site.post(who, path, **fields).status_code in (403, 404, 405), (who, path)
        assert site.post(who, f"/judging/periods/{period}/lock", reason="x").status_code in (403, 404), who
    after = dump()
    assert {name for name in after if after[name] != before[name]} == set()


def ids(table: str) -> list[str]:
    with db.engine().connect() as connection:
        return [row[0] for row in connection.exec_driver_sql(f"SELECT id FROM {table}")]


def test_a_unit_contact_reaches_no_other_unit(site):
    """Neither entries nor names of other units, nor by asking for their numbers."""
    from contest.competitions.services import create_event

    site.person("contact", Role.UNIT_CONTACT, at="plant")
    with db.transaction() as session:
        event = create_event(session, SYSTEM, site.contest.competition, title="钳工")
    path = f"/events/{event.id}/entries"
    works, plant = site.contest.world.works.id, site.contest.world.plant.id
    assert (
        site.post("organizer", path, name="秘密", number="7", unit="海塘建设集团", organization_id=works).status_code
        == 303
    )
    foreign = site.post("contact", path, name="冒名", unit="海塘建设集团", organization_id=works)
    assert foreign.status_code == 403
    taken = site.post("contact", path, name="自己人", number="7", organization_id=plant)
    assert taken.status_code == 422
    assert "秘密" not in taken.text
    assert "秘密" not in site.get("contact", f"{path}?q=秘密").text.replace('value="秘密"', "").replace("q=%E7", "")
    entry = ids_of(event.id)[0]
    for method, address in (("get", ""), ("get", "/edit"), ("post", ""), ("post", "/withdraw")):
        call = site.get if method == "get" else site.post
        assert call("contact", f"{path}/{entry}{address}").status_code in (403, 404), address


def ids_of(event_id: str) -> list[str]:
    with db.engine().connect() as connection:
        return [row[0] for row in connection.exec_driver_sql(f"SELECT id FROM entry WHERE event_id = '{event_id}'")]
