"""More than two groups compared: whether any differs, and which ones from which."""

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hoshin.stats import comparisons
from hoshin.stats.comparisons import PairwiseComparisons
from hoshin.surfaces.statistics import p_words, range_words, translated

from . import drawing
from .answers import Answer, Picture, Table, checks_table, conclusion_of, doubts, test_table
from .samples import Sample

MOST_SAID = 6


def compare(samples: Sequence[Sample], level: float) -> Answer:
    """Welch's analysis of variance with Games and Howell's pairs, or ranks where the groups are few and not normal."""
    values = [sample.values for sample in samples]
    test = looked = comparisons.welch_anova(*values, confidence_level=level)
    reasons = [
        _(
            "Several groups of measured values are compared in one test, so that the risk of a false alarm stays as said."
        )
    ]
    if all(check.holds for check in looked.checks):
        pairs, middle = comparisons.games_howell(*values, confidence_level=level), np.mean
        reasons.append(
            _("Welch's analysis of variance does not need equal scatter; the pairs follow Games and Howell.")
        )
    else:
        test, pairs = (
            comparisons.kruskal_wallis(*values, confidence_level=level),
            comparisons.dunn(*values, confidence_level=level),
        )
        middle = np.median
        reasons.append(
            _("The groups are few and not normal, so ranks are compared (Kruskal-Wallis), the pairs by Dunn.")
        )
    words = [*_lead(samples, pairs, middle), conclusion_of(test)]
    tables = [summary(samples), _pairs(samples, pairs), test_table(test), *checks_table(looked)]
    pictures = [Picture(_("The values"), drawing.groups(samples, title=_("The values of all groups")))]
    return Answer(
        translated(test.test), words, reasons, {"test": test, "pairs": pairs}, tables, pictures, doubts(test.checks)
    )


def _lead(samples: Sequence[Sample], pairs: PairwiseComparisons, middle) -> list[str]:
    """Which groups lie higher than which, by their names."""
    if not pairs.different:
        return [_("No group is shown to differ from another.")]
    said = []
    for pair in pairs.different[:MOST_SAID]:
        low, high = sorted((samples[i] for i in pair), key=lambda sample: float(middle(sample.values)))
        told = {
            "higher": high.name, "lower": low.name, "high": f"{float(middle(high.values)):.5g}",
            "low": f"{float(middle(low.values)):.5g}",
        }  # fmt: skip
        said.append(_("“%(higher)s” lies higher than “%(lower)s”: %(high)s against %(low)s.") % told)
    more = len(pairs.different) - MOST_SAID
    if more > 0:
        said.append(ngettext("One pair more differs.", "%(n)s pairs more differ.", more) % {"n": more})
    return said


def _pairs(samples: Sequence[Sample], pairs: PairwiseComparisons) -> Table:
    rows = []
    for (i, j), test in zip(pairs.pairs, pairs.tests, strict=True):
        interval = test.confidence_interval
        rows.append([
            _("%(a)s – %(b)s") % {"a": samples[i].name, "b": samples[j].name},
            "" if test.estimate is None else f"{test.estimate:.4g}",
            "" if interval is None else range_words(interval[0], interval[1], ".4g"), p_words(test.pvalue),
            _("differ") if test.significant else "",
        ])  # fmt: skip
    columns = [_("Pair"), _("Difference"), _("Interval, all together"), _("p value"), _("Verdict")]
    return Table(_("Pairs"), columns, rows)


def summary(samples: Sequence[Sample]) -> Table:
    """Each group in figures."""
    rows = [
        [
            s.name, str(len(s.values)), f"{s.values.mean():.5g}", f"{s.values.std(ddof=1):.4g}" if len(s.values) > 1 else "",
            f"{np.median(s.values):.5g}",
        ]
        for s in samples
    ]  # fmt: skip
    return Table(_("Groups"), [_("Group"), _("Values"), _("Mean"), _("Standard deviation"), _("Median")], rows)
