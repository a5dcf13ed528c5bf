"""A small ledger with one of everything, and its bundle."""

import pytest

from tests.ledger.ledgers import Ledger, write_bundle


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    return Ledger.small()


@pytest.fixture
def bundle(ledger, tmp_path):
    return write_bundle(ledger, tmp_path / "ledger.zip")


@pytest.fixture
def members(ledger, tmp_path) -> dict[str, bytes]:
    """The members of the small ledger's bundle, to be tampered with."""
    from tests.ledger.ledgers import members_of

    return members_of(write_bundle(ledger, tmp_path / "untouched.zip"))
