"""Measurements written as a CSV file that reads back as the same measurements."""

import csv
from pathlib import Path

import numpy as np

from .cells import guarded_label
from .layout import Column, Layout, Role
from .table import Table

HEADER = tuple(role for role in Role if role != Role.IGNORE)
LAYOUT = Layout(tuple(Column(role.value, role) for role in HEADER))


def write_csv(path: Path | str, table: Table) -> None:
    """Write the long layout in UTF-8 with a byte-order mark, so that spreadsheets too read every letter."""
    subgroups = [_subgroup(code, table.subgroup_labels) for code in table.subgroup.tolist()]
    columns = {
        Role.CHARACTERISTIC: [guarded_label(table.names[code]) for code in table.characteristic.tolist()],
        Role.VALUE: _numbers(table.value),
        Role.TIME: ["" if np.isnat(t) else f"{t}Z" for t in table.time],
        Role.SIZE: _numbers(table.size),
        Role.SUBGROUP: subgroups,
        Role.LOT: [guarded_label(text) for text in table.lot.texts()],
        Role.GAUGE: [guarded_label(text) for text in table.gauge.texts()],
        Role.OPERATOR: [guarded_label(text) for text in table.operator.texts()],
    }
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(zip(*(columns[role] for role in HEADER), strict=True))


def _numbers(array: np.ndarray) -> list[str]:
    return ["" if number != number else repr(number) for number in array.tolist()]


def _subgroup(code: int, labels: tuple[str, ...]) -> str:
    if code < 0:
        return ""
    return guarded_label(labels[code]) if labels else str(code)
