"""Makes the pictures of README.md anew from the demo data: `make pictures`; look at them before they are committed."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from served import ROOT, data_folder, environment, server

FOLDER = ROOT / "docs" / "images"
CHROMIUM = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-gpu"]}
DESKTOP, TABLET, HALL = (1440, 900), (1180, 820), (3840, 2160)


def link(folder: Path, port: int, login: str) -> str:
    """A one-time sign-in link, as an administrator makes one on the console."""
    command = [sys.executable, "-m", "contest", "admin", "link", login]
    told = subprocess.run(command, env=environment(folder, port), cwd=ROOT, check=True, capture_output=True, text=True)
    found = re.search(r"/link/\S+", told.stdout)
    assert found, told.stdout
    return found[0]


def open_page(browser: Browser, address: str, size: tuple[int, int], path: str) -> Page:
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", base_url=address)
    page = context.new_page()
    page.goto(path)
    return page


def sign_in(page: Page) -> None:
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/link/" not in url)


def keep(page: Page, name: str, width: int) -> None:
    """The window as it stands, no wider than a README shows it, in few colours."""
    page.wait_for_timeout(800)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    height = round(picture.height * width / picture.width)
    small = picture.resize((width, height), Image.Resampling.LANCZOS)
    small.quantize(128, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def desk(page: Page) -> None:
    sign_in(page)
    page.goto("/competitions")
    page.get_by_role("link", name="职业技能大赛").click()
    page.get_by_role("link", name="数控车工").click()
    keep(page, "desk", 1200)


def sheet(page: Page) -> None:
    sign_in(page)
    page.goto("/judging")
    now = page.locator(".my-period", has_text="正在评分")
    now.get_by_role("link", name="打开评分表").click()
    page.get_by_role("row", name=re.compile("未评|评了一部分")).first.get_by_role("link").click()
    page.locator("#pad-form").wait_for()
    for mark in ("18", "15.5"):
        page.locator("#pad-value").fill(mark)
        page.keyboard.press("Enter")
    keep(page, "sheet", 1000)


def hall(page: Page) -> None:
    page.get_by_role("link", name="重点工程组").click()
    page.goto(page.url.replace("/board/", "/hall/"))
    keep(page, "hall", 1200)


def main() -> None:
    with data_folder() as folder, server(folder, "--demo") as (address, _, _), sync_playwright() as playwright:
        port = int(address.rsplit(":", 1)[1])
        browser = playwright.chromium.launch(**CHROMIUM)
        desk(open_page(browser, address, DESKTOP, link(folder, port, "organizer")))
        sheet(open_page(browser, address, TABLET, link(folder, port, "assessor3")))
        hall(open_page(browser, address, HALL, "/zh/"))
        browser.close()
    print(f"made {', '.join(sorted(path.name for path in FOLDER.glob('*.png')))} in {FOLDER.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
