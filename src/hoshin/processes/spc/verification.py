"""What `hoshin verify` says about limits: those of a frozen baseline follow from the data it names."""

import numpy as np

from hoshin.kernel.records import registry
from hoshin.kernel.trail.verify import also_verify
from hoshin.ledger.verifier import Report
from hoshin.stats.control_charts import Baseline

from . import baselines
from .chart_kinds import KINDS
from .readings import readings_of

SLICE = 200
# Sums may differ in the last digits between processors.
CLOSE = 1e-9
# The search for the likeliest model stops that close to it.
CLOSE_FIT = 1e-6


@also_verify
def verify_limits(report: Report) -> None:
    """Compute every frozen baseline again. Where its data were corrected since, the page says so; that is no fault."""
    rows = list(registry.get(baselines.KIND).rows().filter(state=baselines.FROZEN).order_by("pk"))
    for start in range(0, len(rows), SLICE):
        some = rows[start : start + SLICE]
        characteristics = baselines.characteristics_of(some)
        readings = readings_of(list(characteristics.values()))
        for row in some:
            report.count("baselines")
            of = characteristics[row.characteristic_id]
            basis = baselines.basis_of(row, of, readings[of.pk])
            if basis.fingerprint() != row.data:
                continue
            result, problem = baselines.compute(row, basis)
            if result is None or not same(result.baseline, baselines.of(row)):
                report.add("baseline", row.number, f"its limits do not follow from its data {problem}".strip())


def same(one: Baseline, other: Baseline) -> bool:
    """Whether two baselines give the same limits, however the reasons for points left out are worded."""
    told = [(b.chart, b.n, b.sigma_method, b.k, b.span, sorted(b.excluded), _words(b)) for b in (one, other)]
    figures = [[b.center, np.nan if b.sigma is None else b.sigma, *_numbers(b)] for b in (one, other)]
    if told[0] != told[1] or len(figures[0]) != len(figures[1]):
        return False
    close = CLOSE_FIT if KINDS[one.chart].models_series else CLOSE
    return np.allclose(*figures, rtol=close, atol=close if close is CLOSE_FIT else 0, equal_nan=True)


def _words(of: Baseline) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in of.options.items() if isinstance(value, str))


def _numbers(of: Baseline) -> list[float]:
    told = [np.ravel(value) for _name, value in sorted(of.options.items()) if not isinstance(value, str)]
    return np.concatenate([[], *told]).tolist()
