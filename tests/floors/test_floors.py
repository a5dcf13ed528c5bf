"""Imports go down only: the floors of docs/architecture.md, held by reading the source."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "hoshin"

FLOORS = {
    "stats": 0,
    "ledger": 0,
    "measurements": 0,
    "kernel": 1,
    "surfaces": 2,
    "methods": 3,
    "processes": 4,
    "interactions": 5,
    "server": 6,
}
KERNEL = ("trail", "organization", "access", "records", "products", "measuring")

# One process may import another only by this list, each with its reason.
BETWEEN_PROCESSES: dict[tuple[str, str], str] = {}

# Third-party packages whose import is heavy stay inside the function that needs them, in the module that owns them.
HEAVY = (
    "duckdb",
    "typst",
    "pyhanko",
    "scipy.stats",
    "python_calamine",
    "xlsxwriter",
    "granian",
    "django.core.management",
)


def imported(tree: ast.AST, package: str):
    """Each absolute module name a tree imports, with its node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")
            prefix = ".".join(base[: len(base) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (prefix, node.module or "") if part)
            if node.module is None or module == "hoshin" or module in {f"hoshin.{name}" for name in (*FLOORS,)}:
                for alias in node.names:
                    yield f"{module}.{alias.name}", node
            else:
                yield module, node


def package_of(path: Path, source: Path) -> str:
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join(("hoshin", *parts[:-1]))


def complaint(importer: tuple[str, ...], imported_name: str) -> str | None:
    """Why one import breaks the floors, or None."""
    target = imported_name.split(".")
    if importer and FLOORS.get(importer[0]) == 0 and target[0] == "django":
        return "floor 0 knows no Django"
    if target[0] != "hoshin" or len(target) < 2 or target[1] not in FLOORS or not importer:
        return None
    here, there = FLOORS[importer[0]], FLOORS[target[1]]
    if there > here:
        return f"{importer[0]} (floor {here}) imports {target[1]} (floor {there}) above it"
    if here == 0 and importer[0] != target[1]:
        return "floor 0 packages do not know one another"
    if importer[0] == target[1] == "kernel" and len(importer) > 1 and len(target) > 2:
        mine, other = importer[1], target[2]
        if mine in KERNEL and other in KERNEL and KERNEL.index(other) > KERNEL.index(mine):
            return f"kernel/{mine} imports kernel/{other} above it"
    if importer[0] == target[1] == "processes" and len(importer) > 1 and len(target) > 2 and importer[1] != target[2]:
        if (importer[1], target[2]) not in BETWEEN_PROCESSES:
            return f"process {importer[1]} imports process {target[2]} and the list in this test does not allow it"
    return None


def hidden_imports(tree: ast.AST):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "ready":
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield node.name, inner


def complaints(source: Path) -> list[str]:
    found = []
    for path in sorted(source.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        importer = path.relative_to(source).with_suffix("").parts
        importer = importer if len(importer) > 1 else ()
        for name, node in imported(tree, package_of(path, source)):
            if why := complaint(importer, name):
                found.append(f"{path.relative_to(source)}:{node.lineno}: {why}")
        if "migrations" in path.parts:
            continue
        for function, node in hidden_imports(tree):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [f"{node.module}.{a.name}" for a in node.names]
            )
            if (isinstance(node, ast.ImportFrom) and node.level) or not all(n.startswith(HEAVY) for n in names):
                found.append(f"{path.relative_to(source)}:{node.lineno}: import hidden in {function}()")
    return found


def test_imports_go_down_only():
    found = complaints(SOURCE)

    assert found == []


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("kernel/records/planted.py", "from hoshin.surfaces import web"),
        ("kernel/trail/planted.py", "from hoshin.kernel.records import doors"),
        ("stats/planted.py", "import django"),
        ("stats/planted.py", "from hoshin.ledger import canonical"),
        ("processes/capa/planted.py", "from hoshin.processes.nonconformity import models"),
        ("surfaces/web/planted.py", "def page():\n    from hoshin.kernel.records import doors"),
        ("kernel/planted.py", "from ..interactions import loop"),
    ],
)
def test_a_planted_upward_import_is_found(tmp_path, place, line):
    planted = tmp_path / place
    planted.parent.mkdir(parents=True)
    planted.write_text(line + "\n")

    assert len(complaints(tmp_path)) == 1


def test_floor_0_imports_where_django_cannot_be_imported():
    program = """
import sys
class NoDjango:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "django":
            raise ImportError("Django is not to be had here")
sys.meta_path.insert(0, NoDjango())
import importlib, pathlib, hoshin
root = pathlib.Path(hoshin.__file__).parent
for floor in ("stats", "ledger", "measurements"):
    for path in sorted((root / floor).rglob("*.py")):
        if path.name == "__main__.py":
            continue
        name = ".".join(("hoshin", *path.relative_to(root).with_suffix("").parts)).removesuffix(".__init__")
        importlib.import_module(name)
print("fine")
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert ran.stdout.strip() == "fine", ran.stderr
