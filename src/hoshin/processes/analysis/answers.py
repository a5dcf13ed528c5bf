"""An answer: the method and why, what the data say in words, tables and pictures, and the results in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hoshin.stats.comparisons import TestResult
from hoshin.stats.results import Result, encoded
from hoshin.surfaces.drawing import Drawing
from hoshin.surfaces.statistics import explained, filled, p_words, range_words, translated, translated_all


@dataclass(frozen=True)
class Table:
    """Rows of text under headings; the first column is read as words, the others as figures."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    # All columns are words, set from the left.
    in_words: bool = False


@dataclass(frozen=True)
class Picture:
    """A drawing and what it is called."""

    caption: str
    drawing: Drawing


@dataclass(frozen=True, eq=False)
class Answer:
    """What an assistant answers."""

    method: str
    conclusion: Sequence[str]
    reasons: Sequence[str] = ()
    results: Mapping[str, Result] = field(default_factory=dict)
    tables: Sequence[Table] = ()
    pictures: Sequence[Picture] = ()
    cautions: Sequence[str] = ()
    # What makes it good, bad or undecided, for the mood of the page.
    mood: str = ""
    # What may be done with it next: an address and its words.
    steps: Sequence[tuple[str, str]] = ()

    def in_json(self) -> dict[str, Any]:
        return {name: encoded(result) for name, result in self.results.items()}

    @property
    def explained(self) -> list[str]:
        """How every result was computed, line by line."""
        return [told for result in self.results.values() for told in explained(result)]

    @property
    def assumptions(self) -> list[str]:
        return translated_all(dict.fromkeys(one for result in self.results.values() for one in result.assumptions))

    @property
    def sources(self) -> list[str]:
        found = [
            one
            for result in self.results.values()
            for one in (*result.sources, *filter(None, [getattr(result, "source", "")]))
        ]
        return translated_all(dict.fromkeys(found))


# What Cohen (Statistical Power Analysis, 2nd edition, 1988) calls small, medium and large.
SIZED = ("Hedges' g", "Cohen's d", "Cohen's h")


def conclusion_of(test: TestResult) -> str:
    """A test's conclusion in the reader's language."""
    words, numbers = test.conclusion_words
    return filled(words, numbers)


def effect_words(test: TestResult) -> str:
    """How large the effect is, beside whether there is one."""
    if test.effect_size is None:
        return ""
    told = {"name": translated(test.effect_size_name), "value": f"{test.effect_size:.2f}"}
    if test.effect_size_name not in SIZED:
        return _("Effect size: %(name)s %(value)s.") % told
    size = abs(test.effect_size)
    word = _("negligible") if size < 0.2 else _("small") if size < 0.5 else _("medium") if size < 0.8 else _("large")
    return _("As effects go this is a %(word)s one (%(name)s %(value)s).") % (told | {"word": word})


def doubts(checks: Sequence[Any]) -> list[str]:
    """The assumptions that the data speak against."""
    return [
        _("Doubtful: %(assumption)s (%(found)s).")
        % {"assumption": translated(check.assumption), "found": translated(check.found)}
        for check in checks
        if not check.holds
    ]


def checks_table(test: TestResult) -> list[Table]:
    """The assumptions that were looked at in the data."""
    if not test.checks:
        return []
    rows = [
        [translated(check.assumption), translated(check.found), _("holds") if check.holds else _("doubtful")]
        for check in test.checks
    ]
    return [Table(_("Assumptions looked at"), [_("Assumption"), _("Found"), _("Verdict")], rows, in_words=True)]


def test_table(test: TestResult) -> Table:
    """The figures of a test."""
    rows = []
    if test.estimate is not None:
        rows.append([translated(test.estimand), f"{test.estimate:.4g}", _interval(test)])
    rows.append(
        [
            translated(test.statistic_name) or _("statistic"),
            "" if test.statistic is None else f"{test.statistic:.4g}",
            _df(test),
        ]
    )
    rows.append([_("p value"), p_words(test.pvalue), translated(test.alternative)])
    if test.effect_size is not None:
        rows.append([translated(test.effect_size_name), f"{test.effect_size:.3g}", ""])
    return Table(translated(test.test), [_("Figure"), _("Value"), _("Interval, degrees of freedom")], rows)


def ppm_words(parts: Any) -> str:
    """Parts per million in figures; a distribution with one tail bent out of shape may foretell none."""
    if parts is None:
        return "–"
    parts = float(parts)
    return "< 0.01" if 0 < parts < 0.01 else f"{parts:.0f}" if parts >= 1000 else f"{parts:.4g}"


def _interval(test: TestResult) -> str:
    if test.confidence_interval is None:
        return ""
    return (
        f"{range_words(*test.confidence_interval, '.4g')} ({100 * (test.interval_level or test.confidence_level):g} %)"
    )


def _df(test: TestResult) -> str:
    if test.df is None:
        return ""
    found = test.df if isinstance(test.df, tuple) else (test.df,)
    return ", ".join(f"{one:.4g}" for one in found)
