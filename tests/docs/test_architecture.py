"""The page on the architecture stays one page and names what there is."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_it_fits_one_page():
    assert len(PAGE.splitlines()) <= 60


def test_every_package_stands_on_it():
    packages = {
        path.name for path in (ROOT / "src" / "hoshin").iterdir() if path.is_dir() and not path.name.startswith("_")
    }
    kernel = {
        path.name
        for path in (ROOT / "src" / "hoshin" / "kernel").iterdir()
        if path.is_dir() and not path.name.startswith("_")
    }
    missing = [name for name in packages | kernel if f"`{name}/" not in PAGE and f"`{name}`" not in PAGE]

    assert missing == []


def test_documents_hold_no_paths_of_a_machine():
    own = str(ROOT) + "/"
    found = [
        str(path.relative_to(ROOT))
        for path in [
            *ROOT.glob("*.md"),
            *(ROOT / "docs").rglob("*.md"),
            *(ROOT / "src").rglob("*.py"),
            *(ROOT / "tests").rglob("*.py"),
        ]
        if own in path.read_text(encoding="utf-8")
    ]

    assert found == []
