"""A small ledger with one of everything, and its bundle."""

import pytest

from tests.ledger.ledgers import Ledger, members_of, write_bundle


@pytest.fixture
def ledger() -> Ledger:
    return Ledger.small()


@pytest.fixture
def bundle(ledger, tmp_path):
    return write_bundle(ledger, tmp_path / "ledger.zip")


@pytest.fixture
def members(bundle) -> dict[str, bytes]:
    """The members of the small ledger's bundle, to be tampered with."""
    return members_of(bundle)
