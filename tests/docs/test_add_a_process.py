"""The page that says how to add a process shows the file that the contract suite runs over."""

import ast
from pathlib import Path

from tests import planted

ROOT = Path(__file__).parents[2]
PROCESS = Path(planted.__file__).with_name("models.py")


def shown() -> str:
    page = (ROOT / "docs" / "develop" / "add-a-process.md").read_text(encoding="utf-8")
    return page.split("```python\n")[1].split("```")[0]


def test_one_file_of_sixty_lines_is_enough():
    lines = PROCESS.read_text(encoding="utf-8").splitlines()

    assert len(lines) <= 60


def test_the_page_shows_the_declaration_as_it_runs():
    declared = next(
        node
        for node in ast.parse(PROCESS.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name == "Deviation"
    )
    (described,) = ast.parse(shown()).body

    assert ast.dump(described) == ast.dump(declared)
