"""The SQLite release the house runs on, swapped in before Django looks for one.

Releases 3.7.0 to 3.51.2 have a race in resetting the write-ahead log that can corrupt a database, and system
libraries are among them. The pysqlite3 wheel carries a fixed one.
"""

import sys

import pysqlite3
import pysqlite3.dbapi2

SAFE_FROM = (3, 51, 3)

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def library_version() -> tuple[int, ...]:
    return pysqlite3.sqlite_version_info


def is_safe() -> bool:
    return library_version() >= SAFE_FROM
