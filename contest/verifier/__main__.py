"""`python -m contest.verifier BUNDLE.zip [--key FINGERPRINT] [--checkpoint FILE] [--order]`, or `python verify.pyz …`.

Exit code 0: verified; 1: not; 2: the file is no bundle.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .bundle import Bundle, BundleError, read_bundle
from .chain import check_chain, check_checkpoints, check_commitments
from .codes import check_codes
from .counted import check_counted
from .declared import check_declared
from .facts import check_facts, collect, own_rows
from .formal import check_formalities
from .held import Held, check_held, read_held_file
from .keys import collect_keys
from .layers import check_layers
from .lots import Seat
from .opened import check_opened
from .orders import check_orders
from .recused import check_recused
from .report import Report
from .results import check_results, field_at, fields_of
from .samples import check_samples
from .shown import check_shown
from .signatures import check_signatures

NO_KEY = (
    "提示：没有给出指纹（--key）。这样只能证明核验包前后一致，不能证明它出自主办方。",
    "Note: no fingerprint given (--key): this proves the bundle consistent, not that it is the organizer's.",
)


def verify_bundle(bundle: Bundle, fingerprint: str | None = None, held: Sequence[Held] = ()) -> Report:
    """Every check of one bundle. What a forger left out or bent out of shape is a failed check, never a crash."""
    report = Report()
    try:
        bodies = check_chain(bundle, report)
        keys = collect_keys(bundle, bodies, report)
        check_checkpoints(bundle, keys, report, fingerprint)
        for item in held:
            check_held(bundle, item, keys, report)
        facts = collect(bundle, bodies)
        check_facts(bundle, facts, report)
        check_declared(bundle, facts, report)
        check_commitments(bundle, facts.draw, facts.erased, report)
        rows = own_rows(bundle, bodies)
        check_codes(bundle, rows, facts.erased, report)
        check_layers(bundle, rows, facts.erased, report)
        check_opened(bundle, rows, report)
        fields = fields_of(bundle, facts)
        check_orders(bundle, rows, report, fields, field_at(bundle, bodies))
        check_samples(bundle, rows, report)
        check_signatures(bundle, bodies, report)
        check_recused(rows, report)
        check_formalities(bundle, bodies, facts, fields, report)
        check_counted(bundle, rows, facts, report)
        check_shown(bundle, facts, report)
        check_results(bundle, facts, report)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError, RecursionError) as error:
        told = f"{type(error).__name__}: {error}"
        report.bad("shape", f"核验包里的内容读不懂：{told}", f"the bundle's contents make no sense: {told}")
    return report


def _order(seats: Sequence[Seat]) -> str:
    """A table to hold against the list on the wall."""
    lines = ["", "stage\tdraw\tposition\theat\tstation\tcode"]
    lines += [f"{s.stage}\t{s.draw}\t{s.position}\t{s.heat}\t{s.station}\t{s.code}" for s in seats]
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str]) -> int:
    """The command; prints the report and gives the exit code."""
    parser = argparse.ArgumentParser(prog="verify", description="核验一次成绩发布 / Verify a publication of results")
    parser.add_argument("bundle", help="核验包 / the bundle (.zip)")
    parser.add_argument("--key", help="纸上的公钥指纹 / the key's fingerprint, from paper")
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="FILE",
        help="您保存的存证 / a checkpoint that you hold (may be repeated)",
    )
    parser.add_argument(
        "--order",
        action="store_true",
        help="列出重抽的顺序、场次和工位 / list order, heats and stations drawn again",
    )
    options = parser.parse_args(argv)
    out = sys.stdout
    try:
        bundle = read_bundle(options.bundle)
        held = [read_held_file(path) for path in options.checkpoint]
    except BundleError as error:
        out.write(f"这不是可以核验的核验包或存证 / not a bundle or checkpoint that can be verified: {error}\n")
        return 2
    report = verify_bundle(bundle, options.key, held)
    out.write(report.text() + "\n")
    if options.order:
        out.write(_order(report.seats))
    if not options.key:
        out.write("\n".join(NO_KEY) + "\n")
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
