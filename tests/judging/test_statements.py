"""Panel and desk take as many statements for three things that wait as for one."""

from contest.db import counting_queries
from tests.judging.test_recusing import ask
from tests.judging.test_roster import declare
from tests.judging.test_withdrawing import propose
from tests.support import sign_in


def statements(client, contest, who, page):
    sign_in(client, contest.accounts[who])
    path = f"/events/{contest.event.id}/{page}"
    client.get(path)
    with counting_queries() as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_of_the_panel_with_recusals_that_wait(client, contest):
    counts = []
    for entry in range(3):
        contest.fill("anna", entry)
        ask(contest, "organizer", entry=entry)
        counts.append(statements(client, contest, "supervisor", "panel"))
    assert len(set(counts)) == 1


def test_of_the_desk_with_conflicts_to_be_taken_back(client, contest):
    counts = []
    for unit in ("钱江机械有限公司", "海塘建设集团", "盐官镇总工会"):
        propose(contest, "anna", declare(contest, unit=unit))
        counts.append(statements(client, contest, "chief", "desk"))
    assert len(set(counts)) == 1
