"""Where the font files are: those of an installed package, the same for page and PDF."""

from importlib.util import find_spec
from pathlib import Path


def folder_of(package: str) -> Path:
    """The files of a font package, found without importing it (its import lists every file)."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package {package} is not installed; it carries the font of pages and PDFs")
    return Path(next(iter(spec.submodule_search_locations))) / "files"


FOLDER = folder_of("font_source_sans_pro")
