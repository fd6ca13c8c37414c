"""What the judge gets of the seats: the sheets in the order in which the codes come, and nobody's name."""

import hashlib
import re

from contest import db
from contest.actors import SYSTEM
from contest.callroom import services
from contest.competitions.queries import get_stage
from tests.judging.scenery import build_contest
from tests.support import sign_in


def test_a_judges_sheets_follow_the_draw_and_hold_no_name(client):
    contest = build_contest()
    sign_in(client, contest.accounts["anna"])
    page = f"/judging/periods/{contest.period.id}"
    assert listed(client.get(page).text) == sorted(contest.codes)
    with db.transaction() as session:
        draw = services.commit_draw(session, SYSTEM, get_stage(session, contest.stage.id), stations=2)
        draw.seed = "a seed whose order is not that of the codes"
        while sorted(contest.codes) == _order(draw.seed, contest.codes):
            draw.seed += "!"
        services.reveal_draw(session, SYSTEM, draw)
        seed = draw.seed
    text = client.get(page).text
    assert listed(text) == _order(seed, contest.codes)
    assert text.index("第 1 场 1 号工位") < text.index("第 1 场 2 号工位") < text.index("第 2 场 1 号工位")
    assert not any(name in text for name in ("王一", "李二", "张三"))


def listed(text: str) -> list[str]:
    return re.findall(r'<th scope="row" class="code">(\w+)', text)


def _order(seed: str, codes: list[str]) -> list[str]:
    return sorted(codes, key=lambda code: hashlib.sha256(f"{seed}\n\n{code}".encode()).hexdigest())
