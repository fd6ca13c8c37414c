"""The command line: contest serve | migrate | seed | score | draw | verify | admin."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from contest.errors import DomainError

if TYPE_CHECKING:
    from contest.venue.certificates import Venue


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; 0 = done, 1 = a clear refusal, 2 = wrong usage (argparse)."""
    arguments = _parser().parse_args(argv)
    if getattr(arguments, "database", None):
        os.environ["DATABASE_URL"] = arguments.database
    command: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return command(arguments)
    except DomainError as error:
        from contest.i18n import error_text

        print(error_text(error), file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="contest", description="劳动和技能竞赛平台 · labour competitions and skills contests"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = _command(commands, "serve", _serve, "serve the platform (migrates the database first)")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1, help="processes; more than one needs PostgreSQL")
    serve.add_argument("--tls", action="store_true", help="HTTPS with a certificate authority of the venue's own")
    serve.add_argument("--name", action="append", default=[], help="with --tls: a further name of this machine")
    serve.add_argument("--enrolment-port", type=int, help="with --tls: where tablets get its certificate (port + 1)")
    serve.add_argument(
        "--demo", action="store_true", help="fill an empty database with the demo and print sign-in links"
    )
    _command(commands, "migrate", _migrate, "bring the database to the newest revision")
    seed = _command(commands, "seed", _seed, "fill an empty database: minimal or demo")
    seed.add_argument("name", choices=("minimal", "demo"))
    score = _command(
        commands, "score", _score, "standings from a rule-set file and a marks file; no server, no database"
    )
    score.add_argument("rules", type=Path)
    score.add_argument("marks", type=Path)
    score.add_argument("-o", "--output", type=Path, help="standings as .csv, .xlsx or .json; otherwise printed")
    draw = _command(commands, "draw", _draw, "repeat a published draw of order and stations (docs/draw.md)")
    draw.add_argument("seed", help="the revealed seed")
    draw.add_argument("list", type=Path, help="a text file, one code a line, in any order")
    draw.add_argument("--public", default="", help="the public value that was mixed in, if any")
    draw.add_argument("--stations", type=int, default=1, help="places in a heat")
    verify = _command(commands, "verify", _verify, "check an exported bundle, independently of the server")
    verify.add_argument("bundle", type=Path, nargs="?", help="without one, the database itself is checked")
    verify.add_argument("--key", help="fingerprint of the signing key, from paper")
    verify.add_argument("--checkpoint", action="append", default=[], type=Path, metavar="FILE",
                        help="a checkpoint kept outside (may be repeated)")  # fmt: skip
    verify.add_argument("--order", action="store_true", help="list the order, heats and stations as drawn again")
    admin = commands.add_parser("admin", help="emergency help at the console").add_subparsers(required=True)
    link = _command(admin, "link", _admin_link, "a one-time sign-in link for a login")
    link.add_argument("login")
    _command(admin, "links", _admin_links, "one-time sign-in links for the demo's people")
    _command(admin, "rotate-key", _admin_rotate_key, "a new signing key, signed by the present one")
    _command(admin, "first-run", _admin_first_run, "the token of the first run, while the platform is empty")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--database", metavar="URL", help="sqlite:///path or postgresql://… (default: DATABASE_URL)")
    parser.set_defaults(run=run)
    return parser


def _serve(arguments: argparse.Namespace) -> int:
    from granian import Granian
    from granian.constants import Interfaces, SSLProtocols

    from contest.settings import get_settings

    venue = _prepare_venue(arguments) if arguments.tls else None
    os.environ.setdefault("PUBLIC_URL", f"http://{arguments.host}:{arguments.port}")
    get_settings.cache_clear()
    if arguments.workers > 1 and get_settings().database.startswith("sqlite"):
        print("SQLite takes one process; more need PostgreSQL (DATABASE_URL).", file=sys.stderr)
        return 1
    _greet(demo=arguments.demo)
    _open_many_files()
    Granian(
        "contest.app:served",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=arguments.workers,
        workers_kill_timeout=5,
        websockets=False,
        log_access=False,
        ssl_cert=venue.certificate if venue else None,
        ssl_key=venue.key if venue else None,
        ssl_protocol_min=SSLProtocols.tls12,
    ).serve()
    return 0


def _prepare_venue(arguments: argparse.Namespace) -> Venue:
    """Certificates in the data folder, the page that gives them to tablets, and links that lead there."""
    from urllib.parse import urlsplit

    from contest.settings import get_settings
    from contest.venue.certificates import own_names, prepare_venue
    from contest.venue.enrolment import serve_enrolment

    given = urlsplit(os.environ.get("PUBLIC_URL", "")).hostname
    names = own_names(arguments.host, [*([given] if given else []), *arguments.name])
    venue = prepare_venue(get_settings().data_dir / "tls", names)
    public_url = os.environ.setdefault("PUBLIC_URL", f"https://{bracketed(names[0])}:{arguments.port}")
    port = arguments.enrolment_port or arguments.port + 1
    serve_enrolment(venue, arguments.host, port, public_url)
    address = next((name for name in names if name[:1].isdigit() and not name.startswith("127.")), names[0])
    os.environ.setdefault("ENROLMENT_URL", f"http://{bracketed(address)}:{port}")
    print(f"平板先打开 Tablets first open  {os.environ['ENROLMENT_URL']}/")
    print(f"证书指纹 Certificate SHA-256  {venue.fingerprint}", flush=True)
    return venue


def bracketed(name: str) -> str:
    """An IPv6 address as an URL takes it."""
    return f"[{name}]" if ":" in name else name


def _open_many_files() -> None:
    """The usual 1,024 open files would be a thousand viewers of a live board, and then no page for anybody."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _greet(*, demo: bool) -> None:
    """Prepares the database and says where to click first."""
    from contest import console

    console.prepare(demo=demo)
    console.greet()


def _migrate(_arguments: argparse.Namespace) -> int:
    from contest import console

    console.prepare(demo=False)
    print("数据库已是最新版本。The database is at its newest revision.")
    return 0


def _seed(arguments: argparse.Namespace) -> int:
    from contest import console
    from contest.seeding import seed

    console.prepare(demo=False)
    seed(arguments.name)
    console.greet()
    return 0


def _score(arguments: argparse.Namespace) -> int:
    from contest.calculator import run

    return int(run(arguments.rules, arguments.marks, arguments.output))


def _draw(arguments: argparse.Namespace) -> int:
    from contest.calculator.drawing import draw_from_file

    print(draw_from_file(arguments.seed, arguments.list, public=arguments.public, stations=arguments.stations))
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from contest.verifier.__main__ import main as verify

    if arguments.bundle is None:
        from contest import console

        return console.verify_database(arguments.checkpoint)
    key = ["--key", arguments.key] if arguments.key else []
    held = [text for path in arguments.checkpoint for text in ("--checkpoint", str(path))]
    return verify([str(arguments.bundle), *key, *held, *(["--order"] if arguments.order else [])])


def _admin_link(arguments: argparse.Namespace) -> int:
    from contest import console

    console.prepare(demo=False)
    print(console.sign_in_link(arguments.login))
    return 0


def _admin_links(_arguments: argparse.Namespace) -> int:
    from contest import console

    console.prepare(demo=False)
    console.greet()
    return 0


def _admin_rotate_key(_arguments: argparse.Namespace) -> int:
    from contest import console

    console.prepare(demo=False)
    console.rotate_key()
    return 0


def _admin_first_run(_arguments: argparse.Namespace) -> int:
    from contest import console

    console.prepare(demo=False)
    print(console.first_run_address() or "平台已经建好，请登录。The platform is set up; sign in.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
