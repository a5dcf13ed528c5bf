"""What the engine costs before it computes: no heavy package is imported with it."""

import subprocess
import sys

import pytest

HEAVY = ("django", "scipy.stats", "scipy.signal", "scipy.integrate", "statsmodels", "sklearn", "pandas")


@pytest.mark.parametrize(
    ("module", "heavy"), [("control_charts", (*HEAVY, "scipy.optimize")), ("capability", HEAVY), ("signals", HEAVY)]
)
def test_importing_brings_nothing_heavy_with_it(module, heavy):
    program = f"from hoshin.stats import {module}; import sys; print([m for m in {heavy!r} if m in sys.modules])"

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert ran.stdout.strip() == "[]", ran.stderr
