"""The capability report: stable? normal? then the indices that the data support, with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from scipy.special import bdtrc, ndtri

from hoshin.stats import capability, control_charts, normality
from hoshin.stats.capability import DISTRIBUTIONS
from hoshin.stats.errors import StatisticsError
from hoshin.surfaces.drawing import Curve, Specification, histogram
from hoshin.surfaces.statistics import p_words, range_words, refusal, translated

from . import drawing, staged
from .answers import Answer, Picture, Table, ppm_words
from .forms import Ask, Inputs, NoAnswer, Widget
from .samples import Sample

WANTED = 1.33
NORMAL_LEVEL = 0.05
FALSE_ALARM, UNLIKELY = 0.0027, 0.05
# A fitted distribution is believed when its probability plot is this straight.
STRAIGHT = 0.985
ENOUGH_FOR_PERCENTILES = 1_000


def named(distribution: str) -> str:
    """What a distribution is called."""
    return translated(distribution.replace("_", " "))


METHODS = (
    ("automatic", gettext_lazy("Chosen from the data")),
    ("normal", gettext_lazy("Normal")),
    *((name, lazy(named, str)(name)) for name in DISTRIBUTIONS if name != "normal"),
    ("johnson", gettext_lazy("Johnson transformation")),
    ("boxcox", gettext_lazy("Box-Cox transformation")),
    ("empirical", gettext_lazy("Percentiles of the values")),
)  # fmt: skip
KINDS = (("values", gettext_lazy("Measured values")), ("stages", gettext_lazy("Before and after")))
ALONE = ("values",)
ASKS = (
    Ask("a", gettext_lazy("Values in the order they were measured"), Widget.SAMPLE, kinds=ALONE),
    Ask("a", gettext_lazy("Before"), Widget.SAMPLE, kinds=("stages",)),
    Ask("b", gettext_lazy("After"), Widget.SAMPLE, kinds=("stages",)),
    Ask("lsl", gettext_lazy("Lower specification limit"), help=gettext_lazy("Nothing: the characteristic's.")),
    Ask("usl", gettext_lazy("Upper specification limit")),
    Ask("target", gettext_lazy("Target")),
    Ask(
        "subgroup",
        gettext_lazy("Subgroup size"),
        help=gettext_lazy("Nothing: the characteristic's, else 1."),
        kinds=ALONE,
    ),
    Ask("method", gettext_lazy("Distribution"), Widget.CHOICE, choices=METHODS, kinds=ALONE),
)


@dataclass(frozen=True)
class Choice:
    """Which distribution the indices rest on, and why."""

    name: str
    reasons: tuple[str, ...]


def answer(inputs: Inputs, kind: str, samples: Sequence[Sample]) -> Answer:
    """The capability of the values against the specification."""
    if not samples:
        raise NoAnswer(_("Paste values, or name a characteristic."))
    sample = samples[0]
    if sample.sort != "variable":
        return _counted(sample)
    limits = _limits(inputs, sample)
    if kind == "stages":
        return staged.compare(samples, limits)
    subgroup = inputs.whole("subgroup", _("Subgroup size"), least=1, most=1000, default=sample.subgroup_size)
    choice = choose(sample.values, inputs.choice("method", METHODS))
    return _measured(sample, limits, subgroup, choice)


def _limits(inputs: Inputs, sample: Sample) -> dict[str, float]:
    told = {
        name: inputs.number(name, label, needed=False)
        for name, label in (
            ("lsl", _("Lower specification limit")),
            ("usl", _("Upper specification limit")),
            ("target", _("Target")),
        )
    }
    limits = {name: getattr(sample, name) if value is None else value for name, value in told.items()}
    limits = {name: value for name, value in limits.items() if value is not None}
    if "lsl" not in limits and "usl" not in limits:
        raise NoAnswer(_("A specification limit is needed: capability compares what is with what is wanted."))
    return limits


def choose(values: np.ndarray, asked: str = "automatic") -> Choice:
    """Normal where nothing speaks against it, else the fitted distribution that follows the values best."""
    if asked != "automatic":
        return Choice(asked, (_("This distribution was asked for."),))
    try:
        test = normality.anderson_darling_normal(values)
    except StatisticsError as refused:
        return Choice(
            "normal", (_("Too little to test the shape (%(why)s); normal is assumed.") % {"why": refusal(refused)},)
        )
    told = {"p": p_words(test.pvalue)}
    if test.pvalue >= NORMAL_LEVEL:
        return Choice(
            "normal", (_("The values may be normal: Anderson and Darling's test has p %(p)s, above 0.05.") % told,)
        )
    return _not_normal(
        values, _("The values are not normal: Anderson and Darling's test has p %(p)s, below 0.05.") % told
    )


def _not_normal(values: np.ndarray, first: str) -> Choice:
    fits = fits_of(values)
    for name, aic, straight in fits:
        if straight >= STRAIGHT and name != "normal":
            told = {"name": named(name), "aic": f"{aic:.1f}", "r": f"{straight:.3f}"}
            return Choice(
                name,
                (
                    first,
                    _(
                        "Of the distributions fitted, %(name)s follows them best (AIC %(aic)s, correlation of its probability "
                        "plot %(r)s); its percentiles are used (ISO 22514)."
                    )
                    % told,
                ),
            )
    if len(values) >= ENOUGH_FOR_PERCENTILES:
        return Choice(
            "empirical", (first, _("No distribution follows them; with so many values their own percentiles serve."))
        )
    return Choice(
        "johnson", (first, _("No distribution follows them; Johnson's family is bent until they look normal."))
    )


def fits_of(values: np.ndarray) -> list[tuple[str, float, float]]:
    """Every distribution that can be fitted: name, Akaike's criterion, correlation of its probability plot; the best first."""
    found = []
    for name in DISTRIBUTIONS:
        try:
            plot = capability.probability_plot(values, name)
        except StatisticsError:
            continue
        found.append((name, float(plot.fit.aic), float(plot.correlation)))
    return sorted(found, key=lambda fit: fit[1])


def _measured(sample: Sample, limits: dict[str, float], subgroup: int, choice: Choice) -> Answer:
    values, spec = sample.values, {name: v for name, v in limits.items() if name != "target"}
    groups = _groups(values, subgroup)
    stability = stability_of(values, choice, groups)
    normal = (
        capability.normal(subgroups=groups, **limits) if groups is not None else capability.normal(values, **limits)
    )
    results: dict[str, Any] = {"normal": normal}
    if choice.name != "normal":
        results = {"performance": _performance(values, choice.name, spec), "normal": normal}
    cautions = list(_cautions(sample, stability))
    tables = [_indices(results, choice), _parts_per_million(results), _fits(values)]
    words, mood = _words(results, choice, stability)
    pictures = [_histogram(sample, limits, results, choice), *_plots(values, choice, sample.measure)]
    method = _("Capability, %(name)s") % {"name": dict(METHODS).get(choice.name, choice.name)}
    return Answer(method, words, choice.reasons, results, tables, pictures, cautions, mood)


def _groups(values: np.ndarray, subgroup: int) -> np.ndarray | None:
    whole = len(values) - len(values) % subgroup
    return values[:whole].reshape(-1, subgroup) if subgroup > 1 and whole >= 2 * subgroup else None


@dataclass(frozen=True)
class Stability:
    """How many points lie beyond the limits that the values themselves give, and whether chance explains them."""

    points: int
    beyond: int

    @property
    def is_stable(self) -> bool:
        """Chance alone puts 27 points in 10,000 beyond three sigma; more than that explains is a signal."""
        return not self.beyond or float(bdtrc(self.beyond - 1, self.points, FALSE_ALARM)) > UNLIKELY


def stability_of(values: np.ndarray, choice: Choice, groups: np.ndarray | None) -> Stability:
    """The points of an individuals chart, or of a chart of means; skew values are first bent to normal by their fit."""
    try:
        if groups is not None:
            chart = control_charts.xbar_s(groups)
        else:
            chart = control_charts.i_mr(normal_scores(values, choice))
    except StatisticsError:
        return Stability(len(values), 0)
    return Stability(len(chart.main.points), sum(len(points) for _rule, points in chart.main.signals))


def normal_scores(values: np.ndarray, choice: Choice) -> np.ndarray:
    """The normal value as far out as each value is in the distribution taken; the values themselves where none was fitted."""
    if choice.name == "normal" or choice.name not in DISTRIBUTIONS:
        return values
    fitted = capability.fit(values, choice.name)
    below, above = np.asarray(fitted.cdf(values)), np.asarray(fitted.sf(values))
    return np.where(below < 0.5, ndtri(below), -ndtri(above))


def _performance(values: np.ndarray, name: str, spec: dict[str, float]) -> Any:
    if name == "johnson":
        return capability.johnson(values, **spec)
    if name == "boxcox":
        return capability.boxcox(values, **spec)
    return capability.percentile(values, distribution=name, **spec)


def _cautions(sample: Sample, stability: Stability):
    told = {"n": stability.beyond, "all": stability.points}
    if not stability.is_stable:
        yield _("%(n)s of %(all)s points lie beyond the control limits: the process is not stable.") % told
    elif stability.beyond:
        yield _("%(n)s of %(all)s points lie beyond the control limits; chance alone may do that. Look at them.") % told
    if len(sample.values) < 30:
        told = {"n": len(sample.values)}
        yield _("%(n)s values: see how wide the intervals are before anything is promised.") % told


INDICES = ("Cp", "Cpk", "Cpm", "Pp", "Ppk")


def _indices(results: dict[str, Any], choice: Choice) -> Table:
    normal, rows = results["normal"], []
    if "performance" in results:
        found = results["performance"]
        rows += [
            [f"{name} ({dict(METHODS).get(choice.name, choice.name)})", _plain(getattr(found, name, None)), ""]
            for name in ("Pp", "Ppk")
        ]
    suffix = "" if choice.name == "normal" else " " + _("(if normal)")
    for name in INDICES:
        value, interval = getattr(normal, name), getattr(normal, f"{name}_ci")
        if value is not None:
            rows.append(
                [name + suffix, _plain(value), "" if interval is None else range_words(interval[0], interval[1], ".2f")]
            )
    return Table(_("Indices"), [_("Index"), _("Value"), _("95 % interval")], [row for row in rows if row[1]])


def _plain(value: Any) -> str:
    return "" if value is None else f"{float(value):.2f}"


def _parts_per_million(results: dict[str, Any]) -> Table:
    normal = results["normal"]
    rows = [
        [_("Expected, overall, if normal"), ppm_words(normal.ppm_overall)],
        [_("Seen in these values"), ppm_words(normal.ppm_observed)],
    ]
    found = results.get("performance")
    if found is not None:
        rows.insert(0, [_("Expected, by the distribution taken"), ppm_words(found.ppm_expected)])
    return Table(_("Outside the specification, parts per million"), [_("What"), "ppm"], rows)


def _fits(values: np.ndarray) -> Table:
    rows = [[named(name), f"{aic:.1f}", f"{straight:.4f}"] for name, aic, straight in fits_of(values)]
    return Table(_("Distributions fitted"), [_("Distribution"), "AIC", _("Correlation of the probability plot")], rows)


def _words(results: dict[str, Any], choice: Choice, stability: Stability) -> tuple[list[str], str]:
    if choice.name == "normal":
        found, interval = results["normal"].Ppk, results["normal"].Ppk_ci
    else:
        found, interval = results["performance"].Ppk, None
    if found is None:
        return [_("No index could be computed.")], ""
    found = float(found)
    told = {"ppk": f"{found:.2f}", "wanted": f"{WANTED:g}", "low": f"{interval[0]:.2f}" if interval else ""}
    lead = _("Ppk is %(ppk)s; %(wanted)s is usually asked for.") % told
    if not stability.is_stable:
        return [lead, _("The process is not stable, so this describes what was, not what will be.")], "warning"
    if found < 1:
        return [
            lead,
            _(
                "The spread does not fit between the limits, or lies too close to one of them: nonconforming parts have to be expected."
            ),
        ], "error"
    if found < WANTED:
        return [lead, _("It fits, without the reserve that is usually wanted.")], "warning"
    if interval and interval[0] < WANTED:
        return [
            lead,
            _("The interval reaches down to %(low)s, so these data do not prove the wanted value yet.") % told,
        ], "warning"
    return [lead, _("The process keeps the specification with the reserve that is usually wanted.")], "success"


def _histogram(sample: Sample, limits: dict[str, float], results: dict[str, Any], choice: Choice) -> Picture:
    values = sample.values
    counts, edges = np.histogram(values, bins=min(30, max(5, round(2 * values.size ** (1 / 3)))))
    x = np.linspace(edges[0], edges[-1], 160)
    area, normal = values.size * (edges[1] - edges[0]), results["normal"]
    z = (x - normal.mean) / normal.sd_overall
    curves = [Curve(_("normal"), x, area * np.exp(-0.5 * z**2) / (normal.sd_overall * np.sqrt(2 * np.pi)))]
    caption = _("Histogram with the normal curve and the specification")
    if choice.name in DISTRIBUTIONS and choice.name != "normal":
        density = np.gradient(np.asarray(capability.fit(values, choice.name).cdf(x)), x)
        curves.insert(0, Curve(named(choice.name), x, area * density))
        told = {"name": named(choice.name)}
        caption = _("Histogram with the %(name)s curve (solid), the normal one (dashed) and the specification") % told
    specification = Specification(limits.get("lsl"), limits.get("target"), limits.get("usl"))
    drawn = histogram(
        edges,
        counts,
        title=_("Histogram of %(name)s") % {"name": sample.name},
        curves=curves,
        specification=specification,
        unit=sample.measure,
    )
    return Picture(caption, drawn)


def _plots(values: np.ndarray, choice: Choice, unit: str) -> list[Picture]:
    name = choice.name if choice.name in DISTRIBUTIONS else "normal"
    plot = capability.probability_plot(values, name)
    title = _("Probability plot, %(name)s") % {"name": named(name)}
    return [Picture(title, drawing.probability_plot(plot, title=title, unit=unit))]


def _counted(sample: Sample) -> Answer:
    """Capability of counts: the share nonconforming, or nonconformities per unit."""
    if sample.sizes is None:
        raise NoAnswer(_("Counts need the size of every sample."))
    if sample.sort == "defectives":
        found = capability.binomial(sample.values, sample.sizes)
        told = {
            "p": f"{100 * float(found.p):.3g}",
            "low": f"{100 * found.p_ci[0]:.3g}",
            "high": f"{100 * found.p_ci[1]:.3g}",
        }
        words = _("%(p)s %% of the units are nonconforming (95 %% interval %(low)s to %(high)s %%).") % told
        rows = [
            [_("Share nonconforming"), f"{float(found.p):.5g}", range_words(found.p_ci[0], found.p_ci[1], ".4g")],
            ["ppm", ppm_words(found.ppm), ""],
            [_("Process Z"), f"{float(found.process_z):.2f}", ""],
        ]
    else:
        found = capability.poisson(sample.values, sample.sizes)
        told = {"dpu": f"{float(found.dpu):.4g}", "low": f"{found.dpu_ci[0]:.4g}", "high": f"{found.dpu_ci[1]:.4g}"}
        words = _("%(dpu)s nonconformities per unit (95 %% interval %(low)s to %(high)s).") % told
        rows = [
            [_("Nonconformities per unit"), told["dpu"], f"{told['low']} – {told['high']}"],
            [_("Yield"), f"{float(found.yield_zero_defects):.4f}", ""],
        ]
    table = Table(_("Figures"), [_("What"), _("Value"), _("95 % interval")], rows)
    return Answer(
        translated(found.title),
        [words],
        [_("The characteristic is counted, so its share is what its capability is.")],
        {"capability": found},
        [table],
    )
