"""Every flipped byte of every member of a bundle is found, and what it belongs to is named."""

import io
import os

import pytest

from hoshin.ledger.canonical import parse_canonical
from hoshin.ledger.verifier import Archive, Bundle, Manifest, Report
from tests.ledger.ledgers import cover_up, named

# A sample of every 11th byte in the suite, another residue for each member; all of them in a campaign.
STRIDE = 1 if "HOSHIN_CAMPAIGN" in os.environ else 11
# Nothing but a hash is said of these, so their inside is alike everywhere.
ALIKE = {"verifier.py": 499, "FORMAT.md": 199}


class InMemory(Archive):
    def __init__(self, members: dict[str, bytes]):
        self.members, self.names = members, list(members)

    def open(self, name):
        return io.BytesIO(self.members[name])


def findings(members: dict[str, bytes]) -> set[tuple[str, str]]:
    report = Report("in memory")
    try:
        manifest = Manifest.parse(members["manifest.json"])
    except ValueError:
        return {("manifest", "manifest.json")}
    Bundle(InMemory(members), report, manifest, (), thorough=False).check()
    return named(report.findings)


def line_at(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at)


def expected_item(name: str, members: dict[str, bytes], at: int) -> tuple[str, str]:
    """What the byte `at` of a member belongs to."""
    data = members[name]
    if name.startswith(("files/", "segments/")):
        folder, _, digest = name.partition("/")
        return folder[:-1], digest
    if name == "leaves.jsonl":
        return "leaf", str(line_at(data, at))
    if name == "states.jsonl":
        document = parse_canonical(data.splitlines()[line_at(data, at)])
        return "state", f"{document['uid']} revision {document['revision']}"
    if name == "openings.jsonl":
        return "opening", parse_canonical(data.splitlines()[line_at(data, at)])["commitment"]
    return "member", name


def flips(data: bytes, stride: int):
    for at in range(len(data) % stride, len(data), stride):
        yield at, data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]


MEMBERS = [
    "leaves.jsonl",
    "states.jsonl",
    "openings.jsonl",
    "checkpoints/001",
    "checkpoints/002",
    "verifier.py",
    "FORMAT.md",
]


def members_named(members: dict[str, bytes], name: str) -> list[str]:
    return [each for each in members if each.startswith(name)]


@pytest.mark.parametrize("name", [*MEMBERS, "files/", "segments/"])
def test_a_flipped_byte_is_found_and_its_item_named(members, name):
    unnamed = []
    for member in members_named(members, name):
        for at, changed in flips(members[member], ALIKE.get(name, STRIDE)):
            found = findings(members | {member: changed})
            if not {expected_item(member, members, at), ("member", member)} <= found:
                unnamed.append((member, at, found))

    assert unnamed == []


def test_a_flipped_byte_inside_a_leaf_names_no_other_leaf(members):
    data, others = members["leaves.jsonl"], []
    for at, changed in flips(data, STRIDE):
        found = {item for code, item in findings(members | {"leaves.jsonl": changed}) if code == "leaf"}
        if data[at : at + 1] != b"\n" and found != {str(line_at(data, at))}:
            others.append((at, found))

    assert others == []


def test_a_flipped_byte_of_the_manifest_is_found(members):
    data = members["manifest.json"]
    unfound = [at for at, changed in flips(data, STRIDE) if not findings(members | {"manifest.json": changed})]

    assert unfound == []


def test_a_flipped_byte_of_a_checkpoint_is_found_although_the_manifest_was_made_to_fit(members):
    data = members["checkpoints/002"]
    unnamed = [
        at
        for at, changed in flips(data, STRIDE)
        if not {"checkpoints/002"} & {item for _, item in findings(cover_up(members | {"checkpoints/002": changed}))}
    ]

    assert unnamed == []
