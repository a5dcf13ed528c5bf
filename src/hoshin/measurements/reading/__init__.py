"""Files people have — CSV and Excel, long and wide — guessed, tried and read."""

from .cells import Labels
from .dialect import Dialect
from .errors import BadCell, BadCells, LayoutError, ReadingError, TooLarge
from .export import write_csv
from .guess import Guess, Question, guess
from .layout import Column, Layout, Role, signature
from .read import DryRun, Summary, dry_run, read
from .source import fingerprint
from .table import Table

__all__ = [
    "BadCell",
    "BadCells",
    "Column",
    "Dialect",
    "DryRun",
    "Guess",
    "Labels",
    "Layout",
    "LayoutError",
    "Question",
    "ReadingError",
    "Role",
    "Summary",
    "Table",
    "TooLarge",
    "dry_run",
    "fingerprint",
    "guess",
    "read",
    "signature",
    "write_csv",
]
