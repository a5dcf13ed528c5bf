"""The sample size assistant: how many are needed to see a difference, and what fewer or more would see."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.stats import sample_size
from hoshin.surfaces.statistics import translated

from . import drawing
from .answers import Answer, Picture, Table
from .forms import Ask, Inputs, Widget
from .samples import Sample

KINDS = (
    ("two_means", gettext_lazy("Two means")),
    ("mean", gettext_lazy("A mean and a target")),
    ("two_proportions", gettext_lazy("Two shares")),
    ("proportion", gettext_lazy("A share and a target")),
    ("two_rates", gettext_lazy("Two rates")),
    ("sd", gettext_lazy("A standard deviation and a target")),
    ("equivalence", gettext_lazy("That two means are the same")),
    ("precision", gettext_lazy("How exact a mean becomes")),
)
LARGEST_EXACT = 20_000
MEANS, SHARES = ("two_means", "mean", "equivalence", "precision"), ("two_proportions", "proportion")
ALTERNATIVES = (
    ("two-sided", gettext_lazy("In either direction")),
    ("greater", gettext_lazy("Greater")),
    ("less", gettext_lazy("Less")),
)
DIFFERENCE = gettext_lazy("Difference to be seen")

ASKS = (
    Ask("difference", DIFFERENCE, kinds=("two_means", "mean")),
    Ask("margin", gettext_lazy("Margin within which they count as the same"), kinds=("equivalence",)),
    Ask("half_width", gettext_lazy("Half width of the interval"), kinds=("precision",)),
    Ask(
        "sd", gettext_lazy("Standard deviation of single values"), kinds=MEANS, help=gettext_lazy("From earlier data.")
    ),
    Ask("p1", gettext_lazy("First share, or the one expected"), kinds=SHARES, unit="%"),
    Ask("p2", gettext_lazy("Second share, or the target"), kinds=SHARES, unit="%"),
    Ask("rate1", gettext_lazy("First rate"), kinds=("two_rates",)),
    Ask("rate2", gettext_lazy("Second rate"), kinds=("two_rates",)),
    Ask("ratio", gettext_lazy("Ratio to the target"), kinds=("sd",), help=gettext_lazy("1.5: half as large again.")),
    Ask(
        "alternative",
        gettext_lazy("Direction"),
        Widget.CHOICE,
        choices=ALTERNATIVES,
        kinds=("two_means", "mean", *SHARES, "sd"),
    ),
    Ask(
        "power",
        gettext_lazy("Probability to see it"),
        default="80",
        unit="%",
        kinds=tuple(k for k, _l in KINDS if k != "precision"),
    ),
    Ask("risk", gettext_lazy("Risk of a false alarm"), default="5", unit="%"),
)


def answer(inputs: Inputs, kind: str, samples: Sequence[Sample]) -> Answer:
    """The smallest sample for what is to be seen."""
    alpha = inputs.share("risk", _("Risk of a false alarm"))
    if kind == "precision":
        return _precision(inputs, alpha)
    power = inputs.share("power", _("Probability to see it"))
    size, power_of = SIZES[kind](inputs, alpha, power)
    return _told(kind, size, power_of, power, alpha)


def _precision(inputs: Inputs, alpha: float) -> Answer:
    half = inputs.number("half_width", _("Half width of the interval"), least=1e-300)
    found = sample_size.mean_precision(half, _sd(inputs), confidence=1 - alpha)
    told = {"n": found.n, "half": f"{half:g}", "level": f"{100 * (1 - alpha):g}"}
    words = (
        _("%(n)s values: the %(level)s %% interval of the mean is then expected to reach %(half)s to either side.")
        % told
    )
    return Answer(
        _("Size for a precision"),
        [words],
        [_("The question is how exact an estimate becomes; no test is planned.")],
        {"precision": found},
    )


def _sd(inputs: Inputs) -> float:
    return inputs.number("sd", _("Standard deviation of single values"), least=1e-300)


def _alternative(inputs: Inputs) -> str:
    return inputs.choice("alternative", ALTERNATIVES)


def _two_means(inputs: Inputs, alpha: float, power: float) -> tuple[Any, Callable]:
    told = {"alpha": alpha, "alternative": _alternative(inputs)}
    difference, sd = inputs.number("difference", DIFFERENCE), _sd(inputs)
    return sample_size.two_means_size(difference, sd, power=power, **told), lambda n: sample_size.two_means_power(
        n, difference, sd, **told
    )


def _mean(inputs: Inputs, alpha: float, power: float) -> tuple[Any, Callable]:
    told = {"alpha": alpha, "alternative": _alternative(inputs)}
    difference, sd = inputs.number("difference", DIFFERENCE), _sd(inputs)
    return sample_size.mean_size(difference, sd, power=power, **told), lambda n: sample_size.mean_power(
        n, difference, sd, **told
    )


def _shares(inputs: Inputs) -> tuple[float, float]:
    return inputs.share("p1", _("First share, or the one expected")), inputs.share(
        "p2", _("Second share, or the target")
    )


def _two_proportions(inputs: Inputs, alpha: float, power: float) -> tuple[Any, Callable]:
    told, (p1, p2) = {"alpha": alpha, "alternative": _alternative(inputs)}, _shares(inputs)
    return sample_size.two_proportions_size(p1, p2, power=power, **told), lambda n: sample_size.two_proportions_power(
        n, p1, p2, **told
    )


def _proportion(inputs: Inputs, alpha: float, power: float) -> tuple[Any, Callable]:
    told, (p1, p2) = {"alpha": alpha, "alternative": _alternative(inputs)}, _shares(inputs)
    about = sample_size.proportion_size(p1, p2, power=power, method="normal", **told)
    # The exact search takes minutes for large samples, where the normal answer lies within some percent of it.
    told["method"] = "exact" if about.n <= LARGEST_EXACT else "normal"
    found = sample_size.proportion_size(p1, p2, power=power, **told)
    return found, lambda n: sample_size.proportion_power(n, p1, p2, **told)


def _two_rates(inputs: Inputs, alpha: float, power: float) -> tuple[Any, Callable]:
    rate1, rate2 = (
        inputs.number("rate1", _("First rate"), least=1e-300),
        inputs.number("rate2", _("Second rate"), least=1e-300),
    )
    found = sample_size.two_rates_size(rate1, rate2, power=power, alpha=alpha)
    return found, lambda n: sample_size.two_rates_power(n, rate1, rate2, alpha=alpha)


def _deviation(inputs: Inputs, alpha: float, power: float) -> tuple[Any, Callable]:
    told = {"alpha": alpha, "alternative": _alternative(inputs)}
    ratio = inputs.number("ratio", _("Ratio to the target"), least=1e-6)
    return sample_size.sd_size(ratio, power=power, **told), lambda n: sample_size.sd_power(n, ratio, **told)


def _equivalence(inputs: Inputs, alpha: float, power: float) -> tuple[Any, Callable]:
    margin, sd = inputs.number("margin", _("Margin within which they count as the same"), least=1e-300), _sd(inputs)
    found = sample_size.equivalence_size(0.0, sd, margin, power=power, alpha=alpha)
    return found, lambda n: sample_size.equivalence_power(n, 0.0, sd, margin, alpha=alpha)


SIZES = {
    "two_means": _two_means, "mean": _mean, "two_proportions": _two_proportions, "proportion": _proportion,
    "two_rates": _two_rates, "sd": _deviation, "equivalence": _equivalence,
}  # fmt: skip


def _told(kind: str, size: Any, power_of: Callable, wanted: float, alpha: float) -> Answer:
    grid = np.unique(np.linspace(max(2, size.n // 5), max(size.n * 2, size.n + 8), 61).round())
    powers = 100 * np.array([float(power_of(int(n)).power) for n in grid])
    picture = drawing.curve(
        grid, powers, title=_("Probability to see it, by sample size"), across=_("in each group") if size.n2 else _("sample"),
        up=_("% probability"), marks=[(float(size.n), 100 * float(size.at.power))], most=100.0,
    )  # fmt: skip
    rows = [[f"{n:g}", f"{p:.1f} %"] for n, p in zip(grid[::6], powers[::6], strict=True)]
    table = Table(_("What fewer or more would see"), [_("Sample"), _("Probability to see it")], rows)
    reasons = [
        _("The plan follows the test that such data are later judged by: %(test)s.")
        % {"test": translated(size.at.test)}
    ]
    return Answer(
        _("Sample size: %(what)s") % {"what": dict(KINDS)[kind]}, _words(kind, size, wanted, alpha), reasons, {"size": size}, [table],
        [Picture(_("Probability to see it"), picture)],
    )  # fmt: skip


def _words(kind: str, size: Any, wanted: float, alpha: float) -> list[str]:
    told = {
        "n": size.n,
        "n2": size.n2,
        "total": size.total,
        "power": f"{100 * float(size.at.power):.1f}",
        "alpha": f"{100 * alpha:g}",
    }
    if kind == "two_rates":
        lead = _("Watch a time or area of %(n)s for the first and %(n2)s for the second.") % told
    elif size.n2:
        lead = _("Take %(n)s in the first group and %(n2)s in the second, %(total)s in all.") % told
    else:
        lead = _("Take %(n)s.") % told
    return [
        lead,
        _(
            "If the difference is as large as said, it will be seen with %(power)s %%; if there is none, a false alarm "
            "comes in %(alpha)s %% of such studies."
        )
        % told,
    ]
