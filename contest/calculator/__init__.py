"""Standings from two files, with no server and no database: what `contest score RULES MARKS [-o OUT]` runs."""

from contest.calculator.command import Calculation, load_rules, run, score_files
from contest.calculator.marks_file import MarksFileError, RowError, read_marks_file
from contest.calculator.output import standings_csv, standings_json, standings_xlsx, write_standings
from contest.calculator.rows_out import EventStandings

__all__ = [
    "Calculation",
    "EventStandings",
    "MarksFileError",
    "RowError",
    "load_rules",
    "read_marks_file",
    "run",
    "score_files",
    "standings_csv",
    "standings_json",
    "standings_xlsx",
    "write_standings",
]
