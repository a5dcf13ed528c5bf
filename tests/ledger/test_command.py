"""The verifier as a command, with and without Hoshin."""

import ast
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import hoshin.ledger
from hoshin.ledger import __main__, verifier
from hoshin.ledger.merkle import Nodes, leaf_hash
from hoshin.ledger.proof import make_proof
from tests.ledger.ledgers import members_of, uid, write_members

PACKAGE = Path(hoshin.ledger.__file__).parent


def alone(folder: Path, *arguments: object) -> subprocess.CompletedProcess:
    """Run the verifier that came out of a bundle where neither Hoshin nor any other package can be imported."""
    command = [sys.executable, "-I", "-S", "verifier.py", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={}, timeout=60)


@pytest.fixture
def unpacked(bundle, tmp_path) -> Path:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "unpacked")
    return tmp_path / "unpacked"


@pytest.fixture
def proof(ledger, tmp_path) -> Path:
    path = tmp_path / "proof.json"
    nodes = Nodes(map(leaf_hash, ledger.leaves))
    leaves = {8: ledger.leaves[8]}
    path.write_text(
        make_proof(record=uid(400), leaves=leaves, node=nodes, checkpoint=ledger.checkpoints[-1], vkey=ledger.vkey)
    )
    return path


def test_the_verifier_of_a_bundle_works_alone(ledger, bundle, unpacked):
    result = alone(unpacked, bundle, "--trust-key", ledger.vkey)

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("no differences\n")


def test_it_verifies_the_folder_it_lies_in(unpacked):
    assert alone(unpacked, ".").returncode == 0


def test_it_verifies_a_proof(unpacked, proof):
    result = alone(unpacked, "--proof", proof, "--json")

    assert result.returncode == 0
    assert json.loads(result.stdout)["record"] == uid(400)


def test_differences_are_printed_and_the_exit_says_so(members, unpacked, tmp_path):
    tampered = members | {"leaves.jsonl": members["leaves.jsonl"].replace(b"quality engineer", b"quality manager ", 1)}
    path = write_members(tampered, tmp_path / "tampered.zip")
    result = alone(unpacked, path, "--json")
    report = json.loads(result.stdout)

    assert result.returncode == 1
    assert not report["fine"]
    assert {"code": "leaf", "item": "1", "message": "altered: the entry after it was chained to other bytes"} in report[
        "findings"
    ]
    assert "DIFFERENCE leaf 1: altered" in alone(unpacked, path).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["absent.zip"],
        ["--proof", "absent.json"],
        [".", "--trust-key", "nonsense"],
        [".", "--checkpoint", "absent"],
        [".", "--checkpoint", "FORMAT.md"],
        ["--nonsense"],
    ],
)
def test_arguments_that_cannot_be_used_end_with_2(unpacked, arguments):
    result = alone(unpacked, *arguments)

    assert result.returncode == 2
    assert result.stderr.startswith(("verify: ", "usage: "))
    assert "Traceback" not in result.stderr


def test_a_checkpoint_kept_outside_is_compared(ledger, unpacked, tmp_path):
    (tmp_path / "kept").write_text(ledger.checkpoints[0])
    result = alone(unpacked, ".", "--checkpoint", tmp_path / "kept", "--all", "--json")

    assert result.returncode == 0
    assert json.loads(result.stdout)["counts"]["checkpoint signatures"] == 3


def test_bundle_and_proof_are_verified_together(bundle, proof, capsys):
    status = __main__.main(["verify", str(bundle), "--proof", str(proof), "--json"])

    assert status == 0
    assert [report["fine"] for report in json.loads(capsys.readouterr().out)] == [True, True]


def test_the_module_runs_the_same_program(bundle):
    command = [sys.executable, "-m", "hoshin.ledger", "verify", str(bundle)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert result.returncode == 0
    assert "12 entries" in result.stdout


def test_the_module_says_how_it_is_used(capsys):
    assert __main__.main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_the_bundle_carries_the_verifier_of_the_package(bundle):
    members = members_of(bundle)

    assert members["verifier.py"] == Path(verifier.__file__).read_bytes()
    assert members["FORMAT.md"] == (PACKAGE / "FORMAT.md").read_bytes()


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
    return names


def test_the_ledger_needs_the_standard_library_alone():
    foreign = {
        (path.name, name)
        for path in PACKAGE.glob("*.py")
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("hoshin.ledger")
    }

    assert foreign == set()


def test_the_verifier_needs_nothing_of_ours():
    assert not any(name.startswith("hoshin") for name in imports(PACKAGE / "verifier.py"))


def test_every_field_of_a_leaf_is_described():
    text = (PACKAGE / "FORMAT.md").read_text()
    undescribed = [name for name, _, _ in verifier.LEAF_FIELDS if f"`{name}`" not in text]

    assert undescribed == []
