"""What the console prints and does: migration, first links, the demo, emergency sign-in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import col, select

from contest import db, migrations
from contest.accounts.first_run import first_run_token
from contest.accounts.models import LinkPurpose
from contest.accounts.queries import account_by_login
from contest.accounts.services import normalise_login
from contest.accounts.signing_in import make_link
from contest.competitions.models import Competition
from contest.errors import NotFoundError
from contest.i18n import N_, error_text
from contest.settings import get_settings

# The judge is the one of the demo who still has sheets to fill.
DEMO_PEOPLE = (
    ("organizer", "组织者 organizer"),
    ("assessor3", "裁判 judge"),
    ("chief", "裁判长 chief judge"),
    ("supervisor", "监督 supervisor"),
    ("worker", "职工 member"),
)


def prepare(*, demo: bool) -> None:
    """Migrates the database; with `demo`, fills it if it is empty."""
    import contest.app  # noqa: F401 (every table)

    settings = get_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(db.configure(settings.database))
    if demo:
        from contest.seeding import is_empty, seed

        if is_empty():
            print("正在准备演示数据… Preparing the demo data…", flush=True)
            seed("demo")


def greet() -> None:
    """Where to click first."""
    settings = get_settings()
    print(f"\n劳动和技能竞赛平台  {settings.public_url}/", flush=True)
    address = first_run_address()
    if address:
        print("平台是空的，请打开下面的地址建立第一个组织：")
        print(f"The platform is empty; open this to set it up:\n  {address}\n", flush=True)
        return
    with db.reading() as session:
        known = [(login, text) for login, text in DEMO_PEOPLE if account_by_login(session, login)]
    if known:
        print("一次性登录链接（24 小时内有效，各用一次） One-time sign-in links:")
        for login, text in known:
            print(f"  {text:<22} {sign_in_link(login)}")
        print(flush=True)


def verify_database(files: Sequence[Path]) -> int:
    """Every chain against its tables, its checkpoints and those kept in `files`; prints, gives the exit code."""
    import contest.app  # noqa: F401 (every table)
    from contest.ledger import holding
    from contest.publications.checking import faults_of

    db.configure(get_settings().database)
    held = [holding.read_held(path.read_bytes()) for path in files]
    with db.reading() as session:
        competitions = session.exec(select(Competition).order_by(col(Competition.id))).all()
        found = [
            (item, faults_of(session, item, [one for one in held if one.competition == item.id]))
            for item in competitions
        ]
    unknown = [one for one in held if one.competition not in {item.id for item in competitions}]
    for item, faults in found:
        print(f"{'[不符 FAIL]' if faults else '[ 通过 OK ]'} {item.title} ({item.id})")
        for fault in faults:
            print(f"            {error_text(fault)}")
    for one in unknown:
        print(f"[不符 FAIL] 数据库里没有存证的竞赛 / the checkpoint's competition is not there: {one.competition}")
    return 1 if unknown or any(faults for _, faults in found) else 0


def rotate_key() -> None:
    """Changes the signing key and prints both fingerprints."""
    from contest.ledger.rotation import rotate_key as rotate

    old, new = rotate()
    print("签名公钥已更换，旧存证仍然有效。请把新指纹印在之后的评分表和成绩上。")
    print("The signing key was changed, old checkpoints stay good. Print the new fingerprint from now on.")
    print(f"  旧 old  {old}\n  新 new  {new}")


def first_run_address() -> str | None:
    with db.transaction() as session:
        token = first_run_token(session)
    return f"{get_settings().public_url}/first-run?token={token}" if token else None


def sign_in_link(login: str) -> str:
    """A one-time sign-in link for `login`.

    Raises:
        NotFoundError: nobody has that login.
    """
    with db.transaction() as session:
        account = account_by_login(session, normalise_login(login))
        if account is None:
            raise NotFoundError(N_("没有登录名为“%(login)s”的人。"), login=login)
        token = make_link(session, account, LinkPurpose.SIGN_IN)
    return f"{get_settings().public_url}/link/{token}"
