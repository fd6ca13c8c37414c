"""Pages of an event with 2,000 entries and 5 judges, as people wait for them; one connection, the real server.

Yardstick in the same run: the sign-in page, which reads nothing from the database.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from served import data_folder, get, memory_mib, percentile, server

ENTRIES = 2_000
JUDGES = 5
ASPECTS = 4
ROUNDS = 15


def rules() -> dict[str, object]:
    aspects = [{"id": f"A{n}", "title": f"评分点{n}", "max": "10", "decimals": 1} for n in range(1, ASPECTS + 1)]
    # Every mark counts: a dropped one would leave the board as it was, and nothing to wait for.
    method = {"name": "mean", "min_scores": 3, "rounding": {"places": 2}}
    stage = {
        "id": "final",
        "title": "决赛",
        "panel": {"min_judges": JUDGES, "method": method},
        "rubric": [{"id": "A", "title": "作品", "children": aspects}],
    }
    return {"title": "测速", "stages": [stage], "rounding": {"places": 2}, "blind": False, "board": {"live": True}}


def fill(folder: Path, entries: int = ENTRIES) -> dict[str, str]:
    """The event through the services, half of its marks in; ids that the addresses need, and a session cookie."""
    os.environ |= {"DATA_DIR": str(folder), "DATABASE_URL": ""}
    from contest import console, db
    from contest.accounts.models import Account
    from contest.accounts.queries import account_by_login, actor_for
    from contest.accounts.services import create_account
    from contest.accounts.signing_in import start_session
    from contest.actors import SYSTEM
    from contest.competitions import queries
    from contest.competitions.models import CompetitionKind
    from contest.competitions.rule_services import adopt_rule_set, save_rule_set
    from contest.competitions.services import create_competition, create_event, open_period
    from contest.entries.drawing import assign_codes
    from contest.entries.inputs import EntryInput
    from contest.entries.services import add_entries
    from contest.judging.panel.services import appoint
    from contest.judging.services import apply_operations
    from contest.organizations.queries import get_organization
    from contest.publications.services import refresh_board
    from contest.seeding import seed

    console.prepare(demo=False)
    seed("minimal")
    with db.transaction() as session:
        organizer = account_by_login(session, "organizer")
        assert organizer
        city = get_organization(session, organizer.organization_id)
        competition = create_competition(
            session, SYSTEM, organization=city, kind=CompetitionKind.SKILLS, title="测速竞赛"
        )
        event = create_event(session, SYSTEM, competition, title="测速项目")
        save_rule_set(session, SYSTEM, event, rules())
        adopt_rule_set(session, SYSTEM, event)
        stage, period = queries.stage_periods(session, event)[0]
        judges: list[Account] = []
        for n in range(JUDGES):
            judges.append(create_account(session, SYSTEM, login=f"j{n}", name=f"裁判{n}", organization=city))
            appoint(session, SYSTEM, stage, judges[-1])
        add_entries(session, SYSTEM, event, [EntryInput(name=f"选手{n}") for n in range(entries)])
        assign_codes(session, SYSTEM, event)
        open_period(session, SYSTEM, period)
    with db.reading() as session:
        from contest.entries.queries import entries_of

        codes = [entry.code for entry in entries_of(session, event)]
        actors = [actor_for(session, judge) for judge in judges]
        digest = queries.rules_in_force(session, event).digest
    for number, actor in enumerate(actors):
        operations = [
            {
                "op_id": f"bench-{number}-{place}-{aspect}",
                "event": event.id,
                "stage": "final",
                "period": "1",
                "entry": code,
                "aspect": f"A{aspect}",
                "value": (place * 7 + aspect * 13 + number) % 101,
                "rules": digest,
                "device": "bench",
            }
            for place, code in enumerate(codes)
            for aspect in range(1, ASPECTS + 1)
        ]
        with db.transaction() as session:
            apply_operations(session, actor, operations)
    with db.transaction() as session:
        refresh_board(session, queries.get_event(session, event.id))
        cookie = start_session(session, organizer)
        judge_cookie = start_session(session, judges[0])
    db.engine().dispose()
    return {"event": event.id, "period": period.id, "code": codes[0] or "", "cookie": cookie, "judge": judge_cookie}


def median_ms(address: str, cookie: str) -> tuple[float, int]:
    times, size = [], 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        _, body = get(address, f"contest_session={cookie}" if cookie else "")
        times.append((time.perf_counter() - began) * 1000)
        size = len(body)
    return percentile(times, 0.5), size


def main() -> None:
    with data_folder() as folder:
        began = time.perf_counter()
        ids = fill(folder)
        made = time.perf_counter() - began
        print(f"{ENTRIES * JUDGES * ASPECTS:,} marks through the services in {made:.0f} s")
        event = ids["event"]
        pages = {
            "entries, first page": (f"/events/{event}/entries", ids["cookie"]),
            "entries, search": (f"/events/{event}/entries?q=选手19", ids["cookie"]),
            "event desk": (f"/events/{event}", ids["cookie"]),
            "judge's home": ("/judging", ids["judge"]),
            "score sheet": (f"/judging/sheets/{ids['period']}/{ids['code']}", ids["judge"]),
            "public board": (f"/zh/board/{event}", ""),
        }
        with server(folder) as (address, _, pid):
            yardstick, _ = median_ms(f"{address}/sign-in", "")
            print(f"yardstick, sign-in page: {yardstick:.1f} ms")
            for name, (path, cookie) in pages.items():
                ms, size = median_ms(address + urllib_quote(path), cookie)
                print(f"{name:<22} {ms:7.1f} ms  {ms / yardstick:5.1f} x  {size / 1024:7.1f} KiB")
            print(f"memory {memory_mib(pid):.0f} MiB")


def urllib_quote(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/?=&-_")


if __name__ == "__main__":
    main()
