"""Small invented files for attachments: readings as CSV, a sketch as SVG, a note as text."""

import io
from datetime import date
from typing import BinaryIO
from xml.sax.saxutils import escape

import numpy as np

Paper = tuple[str, BinaryIO]


def readings(rng: np.random.Generator, day: date, what: str, mean: float, sigma: float, n: int = 12) -> Paper:
    """A table of readings somebody took by hand."""
    lines = ["no;value;remark"]
    for i, value in enumerate(rng.normal(mean, sigma, n), start=1):
        lines.append(f"{i};{value:.4g};{'repeated' if i % 7 == 0 else ''}")
    return f"{day}-{slug(what)}.csv", io.BytesIO("\n".join([*lines, ""]).encode())


def note(day: date, what: str, text: str) -> Paper:
    return f"{day}-{slug(what)}.txt", io.BytesIO(f"{what}, {day}\n\n{text}\n".encode())


def sketch(rng: np.random.Generator, day: date, what: str) -> Paper:
    """A part seen from the front, with the places that were found marked."""
    marks = "".join(
        f'<circle cx="{160 + 95 * np.cos(a):.0f}" cy="{120 + 95 * np.sin(a):.0f}" r="6" fill="none" stroke="#b3261e" stroke-width="3"/>'
        for a in rng.normal(rng.uniform(0, 6), 0.5, 5)
    )
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 260" font-family="sans-serif" font-size="12">'
        '<circle cx="160" cy="120" r="95" fill="none" stroke="#444" stroke-width="2"/>'
        '<circle cx="160" cy="120" r="52" fill="none" stroke="#444" stroke-width="2"/>'
        f'{marks}<text x="12" y="250">{escape(what)}, {day}</text></svg>'
    )
    return f"{day}-sketch.svg", io.BytesIO(drawing.encode())


def slug(what: str) -> str:
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in what.lower())
    return "-".join(part for part in kept.split("-") if part)[:40]
