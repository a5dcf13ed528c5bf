"""The comparison assistant: groups of values, pairs, proportions or rates; picks the test and says why."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hoshin.stats import comparisons, normality
from hoshin.stats.comparisons import TestResult
from hoshin.stats.errors import StatisticsError
from hoshin.surfaces.statistics import translated

from . import drawing, several
from .answers import Answer, Picture, Table, checks_table, conclusion_of, doubts, effect_words, test_table
from .forms import Ask, Inputs, NoAnswer, Widget
from .samples import Sample, needed, side_by_side

KINDS = (
    ("values", gettext_lazy("Two groups of values")),
    ("several", gettext_lazy("Several groups of values")),
    ("pairs", gettext_lazy("The same units twice")),
    ("proportions", gettext_lazy("Shares nonconforming")),
    ("rates", gettext_lazy("Events in a time or area")),
)
VALUES, COUNTS = ("values", "pairs"), ("proportions", "rates")
MEASURED = (*VALUES, "several")
WHAT = (("mean", gettext_lazy("Typical value")), ("spread", gettext_lazy("Scatter")))
SHAPE_LEVEL = 0.05
LEVELS = (("0.95", "95 %"), ("0.99", "99 %"), ("0.90", "90 %"))
FIRST, SECOND = gettext_lazy("First group"), gettext_lazy("Second group")
MORE = {
    "c": gettext_lazy("Third group"), "d": gettext_lazy("Fourth group"), "e": gettext_lazy("Fifth group"),
    "f": gettext_lazy("Sixth group"),
}  # fmt: skip

ASKS = (
    Ask("a", FIRST, Widget.SAMPLE, kinds=MEASURED),
    Ask("b", SECOND, Widget.SAMPLE, kinds=MEASURED),
    *(Ask(name, label, Widget.SAMPLE, kinds=("several",)) for name, label in MORE.items()),
    Ask("what", gettext_lazy("What is compared"), Widget.CHOICE, choices=WHAT, kinds=("values",)),
    Ask("count1", gettext_lazy("First: found"), kinds=COUNTS),
    Ask("n1", gettext_lazy("First: out of"), kinds=("proportions",)),
    Ask("count2", gettext_lazy("Second: found"), kinds=COUNTS),
    Ask("n2", gettext_lazy("Second: out of"), kinds=("proportions",)),
    Ask("exposure1", gettext_lazy("First: time or area"), kinds=("rates",)),
    Ask("exposure2", gettext_lazy("Second: time or area"), kinds=("rates",)),
    Ask(
        "margin",
        gettext_lazy("Smallest difference that matters"),
        kinds=(*VALUES, "proportions"),
        help=gettext_lazy("Nothing: it is not judged. Of shares in percentage points."),
    ),
    Ask("confidence", gettext_lazy("Confidence"), Widget.CHOICE, choices=LEVELS),
)


def answer(inputs: Inputs, kind: str, samples: Sequence[Sample]) -> Answer:
    """The comparison that was asked for."""
    level = float(inputs.choice("confidence", LEVELS))
    if kind == "proportions":
        return _proportions(inputs, level)
    if kind == "rates":
        return _rates(inputs, level)
    if kind == "several":
        return several.compare(needed(samples, 3), level)
    first, second = needed(samples, 2)
    if kind == "pairs":
        return _pairs(inputs, first, second, level)
    return _groups(inputs, first, second, level)


def _groups(inputs: Inputs, first: Sample, second: Sample, level: float) -> Answer:
    a, b = first.values, second.values
    if inputs.choice("what", WHAT) == "spread":
        return _spreads(first, second, level)
    reasons = [
        _("Two independent groups of measured values are compared by their means."),
        _("Welch's t test is taken because it does not need equal scatter in both groups."),
    ]
    test = means = comparisons.two_means(a, b, confidence_level=level)
    if not all(check.holds for check in means.checks):
        test = comparisons.mann_whitney(a, b, confidence_level=level)
        reasons = [
            _("Two independent groups of measured values are compared."),
            _("The groups are small and not normal, so ranks are compared (Mann-Whitney) instead of means."),
        ]
    margin = inputs.number("margin", _("Smallest difference that matters"), needed=False, least=1e-300)
    equivalence = (
        None if margin is None else comparisons.equivalent_means(a, b, -margin, margin, confidence_level=level)
    )
    return _told(test, equivalence, reasons, [first, second], margin, looked=means)


def _spreads(first: Sample, second: Sample, level: float) -> Answer:
    a, b = first.values, second.values
    if looks_normal(a) and looks_normal(b):
        test = comparisons.two_variances(a, b, confidence_level=level)
        reasons = [_("Scatter is compared by the F test: both groups look normal, which it needs.")]
    else:
        test = comparisons.levene(a, b, confidence_level=level)
        reasons = [
            _("Scatter is compared by Levene's test about the median."),
            _("The F test would need normal values, and these do not look so."),
        ]
    return _told(test, None, reasons, [first, second])


def looks_normal(values: np.ndarray) -> bool:
    """Whether nothing speaks against a normal shape (Shapiro and Wilk); what cannot be tested does not look so."""
    try:
        return normality.shapiro_wilk(values).pvalue >= SHAPE_LEVEL
    except StatisticsError:
        return False


def _pairs(inputs: Inputs, first: Sample, second: Sample, level: float) -> Answer:
    if first.span != second.span:
        raise NoAnswer(
            _("%(a)s and %(b)s values; pairs need equally many, in the same order.")
            % {"a": first.span, "b": second.span}
        )
    table = side_by_side([first, second])
    pairs = table[~np.isnan(table).any(axis=1)]
    first, second = (replace(sample, values=values) for sample, values in zip((first, second), pairs.T, strict=True))
    test = means = comparisons.paired_means(first.values, second.values, confidence_level=level)
    reasons = [
        _(
            "The same units were measured twice, so their differences are looked at: what units differ among themselves falls out."
        )
    ]
    if len(pairs) < len(table):
        reasons.append(
            ngettext(
                "One pair lacks a measurement that counts and is left out.",
                "%(n)s pairs lack a measurement that counts and are left out.",
                len(table) - len(pairs),
            )
            % {"n": len(table) - len(pairs)}
        )
    if all(check.holds for check in test.checks):
        reasons.append(_("The differences look normal enough for Student's paired t test."))
    else:
        test = comparisons.wilcoxon_signed_rank(first.values, second.values, confidence_level=level)
        reasons.append(_("The differences are few and not normal, so their ranks are compared (Wilcoxon)."))
    margin = inputs.number("margin", _("Smallest difference that matters"), needed=False, least=1e-300)
    equivalence = None
    if margin is not None:
        equivalence = comparisons.equivalent_paired_means(
            first.values, second.values, -margin, margin, confidence_level=level
        )
    return _told(test, equivalence, reasons, [first, second], margin, looked=means)


def _proportions(inputs: Inputs, level: float) -> Answer:
    n1 = inputs.whole("n1", _("First: out of"), least=1)
    n2 = inputs.whole("n2", _("Second: out of"), least=1)
    count1 = inputs.whole("count1", _("First: found"), most=n1)
    count2 = inputs.whole("count2", _("Second: found"), most=n2)
    test = comparisons.two_proportions(count1, n1, count2, n2, confidence_level=level)
    reasons = [
        _(
            "Two shares of independent units are compared by Fisher's exact test: it holds its level however small the counts are."
        ),
        _("The interval of the difference is Newcombe's, from the intervals of both shares."),
    ]
    margin = inputs.number("margin", _("Smallest difference that matters"), needed=False, least=1e-9)
    share = None if margin is None else margin / 100
    equivalence = None
    if share is not None:
        equivalence = comparisons.equivalent_proportions(count1, n1, count2, n2, -share, share, confidence_level=level)
    rows = [
        [_("First"), str(count1), str(n1), f"{100 * count1 / n1:.3g} %"],
        [_("Second"), str(count2), str(n2), f"{100 * count2 / n2:.3g} %"],
    ]
    table = Table(_("Shares"), [_("Group"), _("Found"), _("Out of"), _("Share")], rows)
    lead = _higher(
        test, _("share"), f"{100 * count1 / n1:.3g} %", f"{100 * count2 / n2:.3g} %", count1 / n1 > count2 / n2
    )
    return _told(test, equivalence, reasons, [], share, [table], lead=lead)


def _higher(test: TestResult, what: str, first: str, second: str, first_is_higher: bool) -> str:
    """Which of two counted groups lies higher, in one sentence."""
    told = {"what": what, "first": first, "second": second}
    if not test.significant:
        return _("These data show no difference: a %(what)s of %(first)s against %(second)s.") % told
    if first_is_higher:
        return _("The first group has the higher %(what)s: %(first)s against %(second)s.") % told
    return _("The second group has the higher %(what)s: %(second)s against %(first)s.") % told


def _rates(inputs: Inputs, level: float) -> Answer:
    count1, count2 = inputs.whole("count1", _("First: found")), inputs.whole("count2", _("Second: found"))
    exposure1 = inputs.number("exposure1", _("First: time or area"), least=1e-300)
    exposure2 = inputs.number("exposure2", _("Second: time or area"), least=1e-300)
    test = comparisons.two_rates(count1, exposure1, count2, exposure2, confidence_level=level)
    reasons = [
        _(
            "Events that are counted over a time or an area are compared by their rates, exactly, from the Poisson distribution."
        )
    ]
    rows = [
        [_("First"), str(count1), f"{exposure1:g}", f"{count1 / exposure1:.4g}"],
        [_("Second"), str(count2), f"{exposure2:g}", f"{count2 / exposure2:.4g}"],
    ]
    table = Table(_("Rates"), [_("Group"), _("Events"), _("Time or area"), _("Rate")], rows)
    first, second = count1 / exposure1, count2 / exposure2
    lead = _higher(test, _("rate"), f"{first:.4g}", f"{second:.4g}", first > second)
    return _told(test, None, reasons, [], None, [table], lead=lead)


def _told(
    test: TestResult, equivalence: TestResult | None, reasons: Sequence[str], samples: Sequence[Sample],
    margin: float | None = None, tables: Sequence[Table] = (), looked: TestResult | None = None,
    lead: str = "",
) -> Answer:  # fmt: skip
    """The same shape for every comparison: conclusion, effect, relevance, figures, picture."""
    results = {"test": test} | ({"equivalence": equivalence} if equivalence is not None else {})
    words = [
        lead or _lead(test, samples),
        conclusion_of(test),
        effect_words(test),
        *_relevance(test, equivalence, margin),
    ]
    pictures = (
        [Picture(_("The values"), drawing.groups(samples, title=_("The values of both groups")))] if samples else []
    )
    cautions = doubts(test.checks)
    tables = [*(tables or [several.summary(samples)]), test_table(test), *checks_table(looked or test)]
    return Answer(translated(test.test), [word for word in words if word], reasons, results, tables, pictures, cautions)


def _lead(test: TestResult, samples: Sequence[Sample]) -> str:
    """The answer in one sentence, by the names of the groups."""
    if len(samples) != 2:
        return ""
    first, second = samples
    names = {"first": first.name, "second": second.name}
    if not test.significant:
        return _("These data show no difference between “%(first)s” and “%(second)s”.") % names
    if "mean" not in test.estimand and "shift" not in test.estimand:
        return _("“%(first)s” and “%(second)s” differ in their scatter.") % names
    middles = (
        (first.values.mean(), second.values.mean())
        if "mean" in test.estimand
        else (np.median(first.values), np.median(second.values))
    )
    higher, lower = (first, second) if middles[0] > middles[1] else (second, first)
    told = {"higher": higher.name, "lower": lower.name, "high": f"{max(middles):.5g}", "low": f"{min(middles):.5g}"}
    return _("“%(higher)s” lies higher than “%(lower)s”: %(high)s against %(low)s.") % told


def _relevance(test: TestResult, equivalence: TestResult | None, margin: float | None) -> list[str]:
    """Whether the difference matters, which is another question than whether there is one."""
    if equivalence is None or test.confidence_interval is None:
        return []
    low, high = test.confidence_interval
    told = {"margin": f"{margin:g}"}
    if equivalence.significant:
        return [
            _(
                "The difference is smaller than the %(margin)s that would matter: for practical purposes both are the same."
            )
            % told
        ]
    if low >= margin or high <= -margin:
        return [_("The whole interval lies beyond the %(margin)s that matters: the difference is relevant.") % told]
    return [
        _(
            "Whether the difference reaches the %(margin)s that matters is not settled by these data; more of them would tell."
        )
        % told
    ]
