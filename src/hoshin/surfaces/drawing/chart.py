"""What a control chart shows, as plain values: panels of points with limits, signals, phases and specification."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Limit = float | Sequence[float] | None


@dataclass(frozen=True)
class Specification:
    """What the customer asked for; never computed from the data."""

    lower: float | None = None
    target: float | None = None
    upper: float | None = None

    def __iter__(self):
        return iter((("LSL", self.lower), ("target", self.target), ("USL", self.upper)))


@dataclass(frozen=True)
class Signal:
    """One point that breaks one rule: `rule` is the short name on the chart, `text` says it in words."""

    index: int
    rule: str
    text: str


@dataclass(frozen=True)
class Phase:
    """A stretch of points, `start` to before `stop`; the baseline is the one limits were computed from."""

    name: str
    start: int
    stop: int
    baseline: bool = False


@dataclass(frozen=True)
class Annotation:
    """A remark at a point: what was changed, who noticed."""

    index: int
    text: str


@dataclass(frozen=True)
class Panel:
    """One plotted statistic. Limits are one number, one per point (stepped), or missing."""

    name: str
    values: Sequence[float]
    center: Limit = None
    lower: Limit = None
    upper: Limit = None
    zones: bool = False
    specification: Specification = Specification()
    signals: Sequence[Signal] = ()
    excluded: frozenset[int] = frozenset()
    corrected: frozenset[int] = frozenset()
    unit: str = ""
    decimals: int | None = None
    letters: tuple[str, str, str] = ("LCL", "CL", "UCL")

    @property
    def precision(self) -> int:
        """Decimals to write its values with: those asked for, or enough to tell a hundredth of the spread apart."""
        values = self.array()[np.isfinite(self.array())]
        spread = float(np.ptp(values)) if values.size else 0.0
        if self.decimals is not None or not spread:
            return self.decimals if self.decimals is not None else 4
        return min(max(2 - math.floor(math.log10(spread)), 0), 9)

    def array(self) -> np.ndarray:
        return np.asarray(self.values, dtype=float)

    def limits(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Lower, center and upper per point, not-a-number where there is none."""
        size = len(self.values)
        return tuple(
            np.broadcast_to(np.asarray(np.nan if limit is None else limit, dtype=float), (size,))
            for limit in (self.lower, self.center, self.upper)
        )


@dataclass(frozen=True)
class ChartData:
    """A control chart ready to draw: panels share their points' labels, phases and annotations."""

    title: str
    panels: Sequence[Panel]
    labels: Sequence[str] = ()
    phases: Sequence[Phase] = ()
    annotations: Sequence[Annotation] = ()
    description: str = ""
    x_title: str = ""
    details: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self):
        sizes = {len(panel.values) for panel in self.panels}
        if len(sizes) > 1:
            raise ValueError(f"panels of one chart have {sorted(sizes)} points; all need the same number")
        if self.labels and sizes and {len(self.labels)} != sizes:
            raise ValueError(f"{len(self.labels)} labels for {sizes.pop()} points; one for each is needed")

    @property
    def size(self) -> int:
        return len(self.panels[0].values) if self.panels else 0

    def label(self, index: int) -> str:
        return str(self.labels[index]) if self.labels else str(index + 1)

    def described(self) -> str:
        """The chart in words, for those who do not see it."""
        return self.description or " ".join(_described(panel) for panel in self.panels)


def _described(panel: Panel) -> str:
    values = panel.array()
    present = values[np.isfinite(values)]
    if not present.size:
        return _("%(panel)s: no values.") % {"panel": panel.name}
    points = len({signal.index for signal in panel.signals})
    heard = _("no rule is broken")
    if points:
        heard = ngettext("%(n)s point breaks a rule", "%(n)s points break a rule", points) % {"n": points}
    told = {
        "panel": panel.name,
        "n": present.size,
        "low": f"{present.min():.6g}",
        "high": f"{present.max():.6g}",
        "heard": heard,
    }
    return _("%(panel)s: %(n)s values from %(low)s to %(high)s; %(heard)s.") % told
