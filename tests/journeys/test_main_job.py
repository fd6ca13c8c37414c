"""The whole main job in the browser alone, from an empty competition to a certificate checked through its QR code."""

import pytest
from playwright.sync_api import expect

from contest import db
from contest.actors import Role
from tests.browsing import DESKTOP, PHONE, TABLET, open_as
from tests.journeys import steps
from tests.support import build_world, make_person

pytestmark = pytest.mark.browser

# Worked out by hand: the mean of the judges per aspect, two places, 操作规范 + 作品质量. 陈望舒 is of 钱江机械, so
# 方裁判 (钱江机械) steps back and two marks remain.
MARKS = {
    "陆裁判": {"陈望舒": ("36", "50"), "欧阳㛃": ("38", "55"), "䶮小川": ("30", "41"), "宋知夏": ("35", "48")},
    "韩裁判": {"陈望舒": ("35", "51"), "欧阳㛃": ("37", "56"), "䶮小川": ("31", "42"), "宋知夏": ("34", "47")},
    "方裁判": {"欧阳㛃": ("36", "54"), "䶮小川": ("29", "43"), "宋知夏": ("33", "49")},
}
# A total that was not there before this judge: 30+41; (30+31)/2 + (41+42)/2; 37+55.
ON_THE_BOARD = {"陆裁判": "71.00", "韩裁判": "72.00", "方裁判": "92.00"}
STANDINGS = [("1", "欧阳㛃", "92.00"), ("2", "陈望舒", "86.00"), ("3", "宋知夏", "82.00"), ("4", "䶮小川", "72.00")]


# Everybody works at another size, and `steps.look` looks at every page at all three.
SIZE_OF = {"陆裁判": TABLET, "韩裁判": PHONE, "方裁判": DESKTOP}


@pytest.mark.timeout(900)
def test_the_main_job(served, chromium, tmp_path):
    with db.transaction() as session:
        world = build_world(session)
    organizer, _ = make_person(world, Role.ORGANIZER)
    desk = open_as(chromium, served, organizer, TABLET)
    steps.make_competition(desk)
    event = desk.url
    steps.write_rules(desk, tmp_path)
    steps.bring_entries(desk, tmp_path)
    links = steps.appoint_judges(desk, {"陆裁判": "", "韩裁判": "", "方裁判": "钱江机械有限公司"})

    board = open_as(chromium, served, None, DESKTOP)
    board.goto(f"/zh/board/{event.rsplit('/', 1)[1]}")
    loaded = board.evaluate("performance.timeOrigin")
    for name, marks in MARKS.items():
        tablet = open_as(chromium, served, None, SIZE_OF[name])
        steps.enrol(tablet, links[name])
        steps.score_all(tablet, marks, mistypes=name == "陆裁判")
        tablet.context.close()
        expect(board.locator("#board")).to_contain_text(ON_THE_BOARD[name])
    assert board.evaluate("performance.timeOrigin") == loaded, "the board moved without a reload"
    steps.look(board, "24-board")

    steps.lock(desk, event)
    steps.publish(desk, event)
    public = open_as(chromium, served, None, PHONE)
    public.goto(f"/zh/results/{event.rsplit('/', 1)[1]}")
    for rank, name, total in STANDINGS:
        row = public.get_by_role("row", name=name)
        expect(row).to_contain_text(rank)
        expect(row).to_contain_text(total)
    steps.look(public, "25-public-result")

    pdf = steps.award_and_certify(desk, event, tmp_path)
    assert "荣誉证书" in steps.text_of_pdf(pdf).replace(" ", "")
    public.goto(steps.address_in_qr(pdf, tmp_path).replace(served.address, ""))
    expect(public.get_by_text("有效").first).to_be_visible()
    steps.look(public, "26-verified")
    assert not public.context.cookies()
