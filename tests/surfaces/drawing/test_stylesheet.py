"""The stylesheet keeps its promises: contrast in both themes, every documented class, nothing inline."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "src/hoshin/surfaces/web/static/hoshin"
STYLES = (STATIC / "hoshin.css").read_text() + (STATIC / "drawing.css").read_text()
TOKENS = {
    name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", STYLES)
}
GROUNDS = ("paper", "sheet", "sunken", "raised")
TEXTS = ("ink", "ink-2", "ink-3", "indigo", "vermilion", "ochre", "pine", "plum", "teal")
PAIRS = [(text, ground) for text in TEXTS for ground in GROUNDS]
PAIRS += [(name, f"{name}-soft") for name in ("indigo", "vermilion", "ochre", "pine", "plum", "teal")]
PAIRS += [("on-indigo", "indigo"), ("on-indigo", "indigo-deep"), ("ink", "vermilion-soft"), ("ink", "ochre-soft")]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_has_contrast_of_at_least_four_and_a_half(theme):
    weak = {pair: contrast(TOKENS[pair[0]][theme], TOKENS[pair[1]][theme]) for pair in PAIRS}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_borders_of_controls_have_contrast_of_at_least_three(theme):
    ratios = [contrast(TOKENS["edge"][theme], TOKENS[ground][theme]) for ground in ("paper", "sheet")]

    assert min(ratios) >= 3


def test_every_class_of_the_design_language_exists():
    described = (ROOT / "docs/design-language.md").read_text()
    used = {c for names in re.findall(r'class="([^"{]+)"', described) for c in names.replace("|", " ").split()}
    styled = set(re.findall(r"\.([a-z][\w-]*)", STYLES))
    hooks = {"chart-data", "main"}

    assert used - styled - hooks == set()


def test_stylesheets_and_scripts_fetch_nothing_from_elsewhere():
    for path in STATIC.iterdir():
        if path.suffix in (".css", ".js"):
            outside = [a for a in re.findall(r"https?://[^\s\"')]+", path.read_text()) if "w3.org" not in a]

            assert outside == [], path.name


def test_motion_can_be_switched_off():
    assert "prefers-reduced-motion: reduce" in STYLES
