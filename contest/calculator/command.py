"""Rule set file + marks file -> standings and awards of every event."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from contest.calculator.marks_file import MarksFileError, read_marks_file
from contest.calculator.output import standings_csv, write_standings
from contest.calculator.rows_out import EventStandings
from contest.core.awarding import assign_awards
from contest.core.parsing import parse_rule_set
from contest.core.problems import RuleSetError
from contest.core.ruleset import RuleSet
from contest.core.scoring import Result, evaluate
from contest.errors import DomainError, InvalidError
from contest.i18n import N_, error_text, gettext


@dataclass(frozen=True, slots=True)
class Calculation:
    """Everything computed from two files, per event; the only event of a file without an event column is ""."""

    rules: RuleSet
    events: Mapping[str, EventStandings]

    @property
    def result(self) -> Result:
        """The result of the only event; ValueError if there are several."""
        (event,) = self.events.values()
        return event.result


def load_rules(data: bytes) -> RuleSet:
    """Parse a rule set file; InvalidError if it is no JSON, RuleSetError if it is no rule set."""
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:  # also bytes that are no UTF-8, and endless integers
        raise InvalidError(N_("评分办法文件不是 JSON：%(detail)s"), detail=str(error)) from error
    return parse_rule_set(document)


def score_files(rules_path: Path, marks_path: Path) -> Calculation:
    """Compute standings. Raises OSError, RuleSetError, WorkbookRefused or MarksFileError."""
    rules = load_rules(rules_path.read_bytes())
    marks_file = read_marks_file(rules, marks_path.read_bytes(), marks_path.name)
    events = {}
    for name, event in marks_file.events.items():
        result = evaluate(rules, event.entries, event.marks)
        events[name] = EventStandings(name, result, event.labels, tuple(assign_awards(rules, result)))
    return Calculation(rules, events)


def run(rules_path: Path, marks_path: Path, output: Path | None = None) -> int:
    """Run the command: standings to the file or as CSV to standard output, faults to standard error.

    Returns the exit code: 0 done, 1 the files have faults, 2 a file can't be read or written.
    """
    try:
        calculation = score_files(rules_path, marks_path)
        events = tuple(calculation.events.values())
        if output is None:
            sys.stdout.write(standings_csv(calculation.rules, events).decode("utf-8-sig"))
        else:
            write_standings(calculation.rules, events, output)
    except RuleSetError as error:
        lines = [f"{problem.path or '-'} [{problem.code}] {dict(problem.params)}" for problem in error.problems]
        return _refuse([gettext(N_("评分办法有错误：")), *lines], 1)
    except MarksFileError as error:
        return _refuse([error_text(error), *error.lines(gettext)], 1)
    except DomainError as error:
        return _refuse([error_text(error)], 1)
    except OSError as error:
        return _refuse([f"{error.filename}: {error.strerror}"], 2)
    return 0


def _refuse(lines: list[str], code: int) -> int:
    sys.stderr.write("\n".join(lines) + "\n")
    return code
