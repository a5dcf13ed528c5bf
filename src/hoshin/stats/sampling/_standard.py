"""What the tables of attribute and of variables plans share: code letters by lot size, the steps of the AQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hoshin.stats._asked import read_asked
from hoshin.stats._refusals import Refusals
from hoshin.stats.errors import check_choice, check_finite


def letters_of(lot_size, level: str, levels: Mapping[str, str], upper: Sequence[int]):
    """The code letter of one lot, or an array of them for many: the class whose upper end the lot does not exceed."""
    letters = levels[check_choice(level, tuple(levels), "level")]
    sizes = check_finite(lot_size, "lot_size")
    _refuse_lots(Refusals(max(sizes.size, 1), False), sizes.ravel())
    found = np.array(list(letters))[np.searchsorted(upper, sizes)]
    return str(found) if sizes.ndim == 0 else found


def read_lots_and_aqls(
    lot_size, aql, level: str, levels: Mapping[str, str], upper: Sequence[int], on_error: str
) -> tuple[Refusals, np.ndarray, np.ndarray, np.ndarray]:
    """Lot sizes, their code letters and AQLs."""
    letters = levels[check_choice(level, tuple(levels), "level")]
    refusals, columns = read_asked({"lot_size": lot_size, "aql": aql}, on_error)
    _refuse_lots(refusals, columns["lot_size"])
    return (
        refusals,
        columns["lot_size"],
        np.array(list(letters))[np.searchsorted(upper, columns["lot_size"])],
        columns["aql"],
    )


def read_letters_and_aqls(letter, aql, on_error: str) -> tuple[Refusals, np.ndarray, np.ndarray]:
    """Code letters and AQLs."""
    given = np.asarray(letter, dtype=str)
    refusals, columns = read_asked({"letter": np.zeros(given.shape), "aql": aql}, on_error)
    return refusals, np.broadcast_to(given, (refusals.count,)), columns["aql"]


def letter_steps(refusals: Refusals, given: np.ndarray, letters: str) -> np.ndarray:
    """Which row of the table each letter is."""
    known = np.array(list(letters))
    steps = np.minimum(np.searchsorted(known, given), known.size - 1)
    words = "{name} is {found!r}; one of {choices} is needed"
    refusals.refuse(known[steps] != given, words, name="letter", found=given, choices=", ".join(letters))
    return steps


def aql_steps(refusals: Refusals, aql: np.ndarray, aqls: Sequence[float]) -> np.ndarray:
    """Which column of the table each AQL is."""
    refusals.refuse_not_above(aql, "aql")
    known = np.array(aqls)
    steps = np.argmin(np.abs(known - aql[:, None]), axis=1)
    said = ", ".join(f"{one:g}" for one in aqls)
    wrong = ~np.isclose(aql, known[steps], rtol=1e-9, atol=0)
    refusals.refuse(wrong, "aql is {found}; one of {known} is needed", found=aql, known=said)
    return steps


def words_of(letters: str, steps: np.ndarray) -> tuple[str, ...]:
    """The letters with these places."""
    return tuple(np.array(list(letters))[steps].tolist())


def _refuse_lots(refusals: Refusals, sizes: np.ndarray) -> None:
    words = "lot_size is {found:g}; a whole number of 2 or more is needed"
    refusals.refuse((sizes < 2) | (sizes % 1 > 0), words, found=sizes)
