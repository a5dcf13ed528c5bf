"""The chart chooser: which control chart belongs to a question, why, and which others come near."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.kernel.records import registry
from hoshin.stats import control_charts, descriptive, normality
from hoshin.stats.errors import StatisticsError
from hoshin.surfaces.statistics import p_words

from .answers import Answer, Table
from .forms import Ask, Inputs, NoAnswer, Widget
from .samples import Sample

KINDS = (("questions", gettext_lazy("By questions")), ("data", gettext_lazy("From data")))
SORTS = (
    ("variable", gettext_lazy("A measured value")),
    ("defectives", gettext_lazy("Units that are good or not")),
    ("defects", gettext_lazy("Nonconformities on units or areas")),
    ("rare", gettext_lazy("Events so rare that most samples have none")),
)
# Above it neighbours resemble each other enough to raise many false alarms (2 / sqrt(100), rounded up).
STRONG_AUTOCORRELATION = 0.3
NOT_NORMAL = 0.01
# Laney's ratio of the scatter seen to the one of the distribution.
TOO_WIDE, TOO_NARROW = 1.2, 0.8

ASKS = (
    Ask("sort", gettext_lazy("What is recorded"), Widget.CHOICE, choices=SORTS, kinds=("questions",)),
    Ask(
"size", gettext_lazy("Values taken together each time"), default="1", kinds=("questions",),
help=gettext_lazy("1: they come one by one."),
),
    Ask("equal", gettext_lazy("Samples, or areas, are always of one size"), Widget.YES, default="yes", kinds=("questions",)),
    Ask("small", gettext_lazy("Small lasting shifts have to be found soon"), Widget.YES, kinds=("questions",)),
    Ask("several", gettext_lazy("Several characteristics that move together"), Widget.YES, kinds=("questions",)),
    Ask("short", gettext_lazy("Short runs of many different parts"), Widget.YES, kinds=("questions",)),
    Ask("large", gettext_lazy("Samples of many hundreds of units"), Widget.YES, kinds=("questions",)),
    Ask("a", gettext_lazy("Values in the order they were measured"), Widget.SAMPLE, kinds=("data",)),
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What is known of the data when a chart is chosen."""

    sort: str = "variable"
    size: int = 1
    equal: bool = True
    small: bool = False
    several: bool = False
    short: bool = False
    large: bool = False
    autocorrelated: bool = False


@dataclass(frozen=True)
class Choice:
    """A chart, why it, and what else could be taken when."""

    chart: str
    reasons: tuple[str, ...]
    others: tuple[tuple[str, str], ...] = ()
    # What a characteristic is told to be charted by; nothing where it is no chart of one characteristic.
    code: str = ""


def choose(facts: Facts) -> Choice:
    """The chart for what is known."""
    if facts.sort == "rare":
        return _rare()
    if facts.sort in ("defectives", "defects"):
        return _counted(facts)
    return _measured(facts)


def _rare() -> Choice:
    return Choice(
        _("g chart, or t chart"),
        (_("Where most samples hold no event, counts cannot show an improvement: what lies between two events is charted instead."),),
        ((_("g chart"), _("units or days between events are counted")), (_("t chart"), _("the time between events is measured"))),
    )  # fmt: skip


def _counted(facts: Facts) -> Choice:
    units = facts.sort == "defectives"
    wide, plain = (_("Laney p' chart"), _("p chart")) if units else (_("Laney u' chart"), _("u chart"))
    equal = (_("np chart"), _("the number itself is read more easily where the sample size never changes")) if units else (
        _("c chart"), _("the number itself is read more easily where the area never changes")
    )  # fmt: skip
    why = (
        _("Nonconforming units in a sample follow the binomial distribution.")
        if units
        else _("Nonconformities on an area follow the Poisson distribution.")
    )
    if facts.large:
        return Choice(
            wide,
            (
                why,
                _(
                    "In large samples the process itself varies more than the distribution alone; Laney's limits take that in."
                ),
            ),
            ((plain, _("where the ratio of scatters is near 1")),),
            "laney_p" if units else "laney_u",
        )
    if facts.equal:
        return Choice(
            equal[0],
            (why, equal[1][0].upper() + equal[1][1:] + "."),
            ((plain, _("sizes may change later: shares stay right")),),
            "np" if units else "c",
        )
    return Choice(
        plain,
        (why, _("A share stays comparable when sizes change; the limits follow each size.")),
        ((wide, _("samples of many hundreds")),),
        "p" if units else "u",
    )


def _measured(facts: Facts) -> Choice:
    if facts.several:
        return Choice(
            _("Hotelling T² chart"),
            (
                _(
                    "Several measured values that move together are watched as one, so that an unusual combination "
                    "is seen though each alone looks normal."
                ),
            ),
            ((_("MEWMA"), _("small lasting shifts")),),
        )
    if facts.autocorrelated:
        return Choice(
            _("Individuals chart of the residuals"),
            (
                _(
                    "Neighbouring values resemble each other, so ordinary limits would be too narrow; what a time series "
                    "model does not foretell is charted."
                ),
            ),
            ((_("Individuals and moving range"), _("values taken further apart")),),
            "arima_residuals",
        )
    if facts.short:
        return Choice(
            _("Deviation from nominal, or Z-MR"),
            (
                _(
                    "No part runs long enough for a chart of its own, so deviations from each part's target are charted together."
                ),
            ),
            ((_("Z-MR"), _("the scatter differs from part to part")),),
        )
    if facts.small:
        return Choice(
            _("EWMA, or CUSUM"),
            (_("Shifts below about 1.5 standard deviations are found much sooner by a chart with a memory."),),
            ((_usual(facts)[0], _("large shifts, and to be read by everybody")),),
            "ewma",
        )
    chart, reason = _usual(facts)
    return Choice(chart, (reason,), ((_("EWMA"), _("small lasting shifts")),), _usual_code(facts))


def _usual_code(facts: Facts) -> str:
    return "i_mr" if facts.size <= 1 else "xbar_r" if facts.size <= 10 and facts.equal else "xbar_s"


def _usual(facts: Facts) -> tuple[str, str]:
    if facts.size <= 1:
        return _("Individuals and moving range"), _(
            "Measured values that come one by one: each is a point, neighbours tell the short-term scatter."
        )
    if facts.size <= 10 and facts.equal:
        return _("Mean and range"), _(
            "Equal subgroups of ten or fewer: the range tells the scatter within almost as well as the standard deviation."
        )
    return _("Mean and standard deviation"), _(
        "Subgroups of more than ten or of unequal size: the range would waste what they tell."
    )


def answer(inputs: Inputs, kind: str, samples: Sequence[Sample]) -> Answer:
    """The chart for what was answered, or for what the data are like."""
    if kind == "questions":
        facts = Facts(
            inputs.choice("sort", SORTS), inputs.whole("size", _("Values taken together each time"), least=1, most=1000, default=1),
            *(inputs.is_yes(name) for name in ("equal", "small", "several", "short", "large")),
        )  # fmt: skip
        return _told(choose(facts), [], [])
    if not samples:
        raise NoAnswer(_("Paste values, or name a characteristic."))
    return _from_data(samples[0])


def _from_data(sample: Sample) -> Answer:
    rows, cautions, facts = (
        [[_("Values"), str(len(sample.values))]],
        [],
        {"sort": sample.sort, "size": sample.subgroup_size},
    )
    if sample.sort == "variable":
        facts["autocorrelated"] = _neighbours(sample, rows, cautions)
        _shape(sample, rows, cautions)
    else:
        facts |= _sizes(sample, rows, cautions)
    if len(sample.values) < 20:
        cautions.append(_("Fewer than twenty values: limits would be guesses; collect more before freezing them."))
    choice = choose(Facts(**facts))
    told = _told(choice, [Table(_("What the data are like"), [_("Looked at"), _("Found")], rows)], cautions)
    return replace(told, steps=_steps(sample, choice))


def _steps(sample: Sample, choice: Choice) -> list[tuple[str, str]]:
    """The characteristic's own form with the chart filled in, where the data are a characteristic's that may be edited."""
    if not sample.may_edit or not choice.code:
        return []
    form = reverse("edit", args=[registry.get("characteristic"), sample.characteristic])
    words = _("Use this chart for %(number)s") % {"number": sample.characteristic}
    return [(f"{form}?chart={choice.code}", words)]


def _neighbours(sample: Sample, rows: list, cautions: list) -> bool:
    if len(sample.values) < 10 or np.ptp(sample.values) == 0:
        return False
    found = float(descriptive.autocorrelation(sample.values, 1)[0])
    rows.append([_("Correlation of neighbours"), f"{found:.2f}"])
    strong = found > max(STRONG_AUTOCORRELATION, 2 / len(sample.values) ** 0.5)
    if strong:
        cautions.append(
            _("Neighbouring values resemble each other: ask first whether they are taken too close together.")
        )
    return strong and sample.subgroup_size <= 1


def _shape(sample: Sample, rows: list, cautions: list) -> None:
    try:
        found = normality.anderson_darling_normal(sample.values)
    except StatisticsError:
        return
    rows.append([_("Normal shape (Anderson-Darling p)"), p_words(found.pvalue)])
    if found.pvalue < NOT_NORMAL and sample.subgroup_size <= 1:
        cautions.append(
            _("The values are clearly not normal; an individuals chart then raises more false alarms on the long side.")
        )


def _sizes(sample: Sample, rows: list, cautions: list) -> dict[str, bool]:
    if sample.sizes is None:
        cautions.append(_("Some counts have no sample size; they are taken as one size."))
        return {"equal": True}
    equal = bool((sample.sizes == sample.sizes[0]).all())
    rows.append(
        [_("Sample sizes"), f"{sample.sizes.min():g}" if equal else f"{sample.sizes.min():g} – {sample.sizes.max():g}"]
    )
    laney = control_charts.laney_p if sample.sort == "defectives" else control_charts.laney_u
    try:
        ratio = float(np.max(laney(sample.values, sample.sizes).baseline.sigma))
    except StatisticsError:
        return {"equal": equal}
    rows.append([_("Scatter seen over scatter of the distribution"), f"{ratio:.2f}"])
    return {"equal": equal, "large": ratio > TOO_WIDE}


def _told(choice: Choice, tables: list[Table], cautions: list[str]) -> Answer:
    others = (
        [Table(_("What comes near"), [_("Chart"), _("When")], [list(one) for one in choice.others], in_words=True)]
        if choice.others
        else []
    )
    lead = _("Take: %(chart)s.") % {"chart": choice.chart}
    return Answer(
        _("Control chart: %(chart)s") % {"chart": choice.chart},
        [lead],
        choice.reasons,
        {},
        [*tables, *others],
        [],
        cautions,
    )
