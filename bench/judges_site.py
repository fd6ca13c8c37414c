"""A big contest for the load rig: 20 events of one competition, 50 judges each, 15 entries and 4 aspects."""

from __future__ import annotations

import json
import os
from pathlib import Path

EVENTS, JUDGES, ENTRIES, ASPECTS = 20, 50, 15, 4


def rules() -> dict[str, object]:
    aspects = [{"id": f"A{n}", "title": f"评分点{n}", "max": "10", "decimals": 1} for n in range(1, ASPECTS + 1)]
    stage = {
        "id": "final",
        "title": "决赛",
        "panel": {"min_judges": 3, "method": {"name": "mean", "min_scores": 3}},
        "rubric": [{"id": "A", "title": "作品", "children": aspects}],
    }
    return {"title": "测速", "stages": [stage], "blind": False, "board": {"live": True}}


def fill(folder: Path, url: str = "") -> list[dict[str, object]]:
    """The contest through the services; per judge what a tablet knows: cookie, token, event, codes."""
    os.environ |= {"DATA_DIR": str(folder), "DATABASE_URL": url}
    from contest import console, db
    from contest.accounts.queries import account_by_login, actor_for
    from contest.accounts.services import create_account
    from contest.accounts.signing_in import start_session
    from contest.accounts.visits import load_actor
    from contest.actors import SYSTEM
    from contest.competitions import queries
    from contest.competitions.models import CompetitionKind
    from contest.competitions.services import (
        adopt_rule_set,
        create_competition,
        create_event,
        open_period,
        save_rule_set,
    )
    from contest.entries.drawing import assign_codes
    from contest.entries.inputs import EntryInput
    from contest.entries.queries import entries_of
    from contest.entries.services import add_entries
    from contest.judging.panel.services import appoint
    from contest.organizations.queries import get_organization
    from contest.seeding import seed

    console.prepare(demo=False)
    seed("minimal")
    tablets: list[dict[str, object]] = []
    with db.transaction() as session:
        organizer = account_by_login(session, "organizer")
        assert organizer
        city = get_organization(session, organizer.organization_id)
        kind = CompetitionKind.SKILLS
        competition = create_competition(session, SYSTEM, organization=city, kind=kind, title="测速竞赛")
    for number in range(EVENTS):
        with db.transaction() as session:
            event = create_event(session, SYSTEM, competition, title=f"测速项目{number}")
            save_rule_set(session, SYSTEM, event, rules())
            adopt_rule_set(session, SYSTEM, event)
            stage, period = queries.stage_periods(session, event)[0]
            accounts = []
            for place in range(JUDGES):
                login = f"j{number}-{place}"
                accounts.append(create_account(session, SYSTEM, login=login, name=f"裁判{place}", organization=city))
                appoint(session, SYSTEM, stage, accounts[-1])
            add_entries(session, SYSTEM, event, [EntryInput(name=f"选手{n}") for n in range(ENTRIES)])
            assign_codes(session, SYSTEM, event)
            open_period(session, SYSTEM, period)
            codes = [entry.code for entry in entries_of(session, event)]
            cookies = [start_session(session, account) for account in accounts]
        tablets += [{"cookie": c, "csrf": load_actor(c).csrf_token, "event": event.id, "codes": codes} for c in cookies]
    assert actor_for
    db.engine().dispose()
    (folder / "tablets.json").write_text(json.dumps(tablets))
    return tablets
