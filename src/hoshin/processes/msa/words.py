"""A gauge study in words: what its components are called, its figures as rows of a table, its verdict in sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from hoshin.stats.measurement_systems import AverageRangeStudy
from hoshin.surfaces.statistics import p_words, range_words

from .evaluation import Evaluation
from .rules import ENOUGH_CATEGORIES, GAUGE_RR, WANTED_CG, Sort, Verdict

COMPONENTS = {
    "grr": gettext_lazy("Gauge R&R"),
    "repeatability": gettext_lazy("Repeatability (gauge)"),
    "reproducibility": gettext_lazy("Reproducibility (people)"),
    "operator": gettext_lazy("Operator"),
    "interaction": gettext_lazy("Part by operator"),
    "part:operator": gettext_lazy("Part by operator"),
    "batch": gettext_lazy("Batch to batch"),
    "material": gettext_lazy("Between pieces of a batch"),
    "part": gettext_lazy("Part to part"),
    "total": gettext_lazy("Total"),
}
ACCEPTED = gettext_noop(
    "The gauge and the people who use it take %(pct)s %% of the %(of)s: at most 10 %%, so the gauge is acceptable."
)
DOUBTFUL = gettext_noop(
    "The gauge and the people who use it take %(pct)s %% of the %(of)s: between 10 and 30 %%, acceptable where the use, "
    "the cost of the gauge or of its repair allow it."
)
REFUSED = gettext_noop(
    "The gauge and the people who use it take %(pct)s %% of the %(of)s: above 30 %%, the gauge needs improvement before "
    "its values are relied on."
)
AS_THE_STANDARD = gettext_noop(
    "All appraisers judged %(x)s of %(n)s parts as the standard does, every time (95 %% interval %(low)s to %(high)s %%)."
)
ALIKE = gettext_noop(
    "All appraisers judged %(x)s of %(n)s parts alike, every time (95 %% interval %(low)s to %(high)s %%)."
)
LETTERS = {"EV": "repeatability", "AV": "reproducibility", "GRR": "grr", "PV": "part", "TV": "total"}
PARTS_OF = ("reproducibility", "operator", "interaction", "part:operator", "batch", "material")


@dataclass(frozen=True)
class Component:
    """One line of the table of components: words, figures and their intervals as text."""

    name: str
    label: str
    sd: str
    contribution: str
    study: str
    study_interval: str
    tolerance: str
    tolerance_interval: str
    indented: bool = False
    percent: float = 0.0


def components_of(made: Evaluation) -> list[Component]:
    """The table of a gauge R&R study."""
    if isinstance(made.result, AverageRangeStudy):
        return list(_letters(made.result, made.more.get("intervals")))
    intervals = made.more.get("intervals")
    return [_component(name, one, intervals) for name, one in made.result.components.items()]


def _component(name: str, one: Any, intervals: Any) -> Component:
    return Component(
        name, str(COMPONENTS.get(name, name)), f"{one.sd:.4g}", f"{one.pct_contribution:.2f}",
        f"{one.pct_study_variation:.1f}", _interval(intervals, "pct_study_variation", name),
        "" if one.pct_tolerance is None else f"{one.pct_tolerance:.1f}", _interval(intervals, "pct_tolerance", name),
        name in PARTS_OF or name == "repeatability", float(one.pct_study_variation),
    )  # fmt: skip


def _letters(study: AverageRangeStudy, intervals: Any) -> Iterator[Component]:
    for letters, name in LETTERS.items():
        sd = getattr(study, letters)
        percent = 100.0 if letters == "TV" else getattr(study, f"pct_{letters}")
        share = 100 * (sd / study.TV) ** 2
        tolerance = None if study.pct_tolerance is None else study.pct_tolerance.get(letters)
        yield Component(
            name, f"{COMPONENTS[name]} ({letters})", f"{sd:.4g}", f"{share:.2f}", f"{percent:.1f}",
            "" if letters == "TV" else _interval(intervals, "pct_study_variation", letters),
            "" if tolerance is None else f"{tolerance:.1f}", _interval(intervals, "pct_tolerance", letters),
            letters in ("EV", "AV"), float(percent),
        )  # fmt: skip


def _interval(intervals: Any, quantity: str, name: str) -> str:
    known = getattr(intervals, quantity, None) if intervals is not None else None
    if not known or name not in known or (name == "total" and quantity != "pct_tolerance"):
        return ""
    limits = known[name]
    return range_words(limits.lower, limits.upper, ".1f") if np.isfinite([limits.lower, limits.upper]).all() else ""


def conclusion_of(row: Any, made: Evaluation) -> list[str]:
    """What the study says, in plain sentences with its numbers."""
    if row.sort in GAUGE_RR:
        return list(_gauge_words(row, made))
    return list(WORDS[Sort(row.sort)](row, made))


def _gauge_words(row: Any, made: Evaluation) -> Iterator[str]:
    pct, of = made.figures["pct_tolerance"], _("tolerance")
    if pct is None:
        pct, of = made.figures["pct_study"], _("variation seen in the study")
    told = {"pct": f"{pct:.1f}", "of": of}
    yield _(_share_words(pct)) % told
    yield _categories(int(made.figures["ndc"]))
    yield from _larger_share(made)


def _share_words(pct: float) -> str:
    if pct <= 10:
        return ACCEPTED
    return DOUBTFUL if pct <= 30 else REFUSED


def _categories(ndc: int) -> str:
    told = {"ndc": ndc, "needed": ENOUGH_CATEGORIES}
    if ndc >= ENOUGH_CATEGORIES:
        return _("It tells %(ndc)s categories of parts apart; %(needed)s are needed.") % told
    return (
        _("It tells only %(ndc)s categories of parts apart; %(needed)s are needed to see the process through it.")
        % told
    )


def _larger_share(made: Evaluation) -> Iterator[str]:
    """Where to look first: at the gauge or at how people use it."""
    table = {one.name: one for one in components_of(made)}
    gauge, people = table.get("repeatability"), table.get("reproducibility")
    if gauge is None or people is None:
        return
    if gauge.percent >= people.percent:
        yield _("Most of it is repeatability: look at the gauge itself, its fixture and its resolution first.")
    else:
        yield _("Most of it is reproducibility: look at how different people use the gauge first.")


def _bias_words(row: Any, made: Evaluation) -> Iterator[str]:
    study = made.result
    told = {
        "bias": f"{study.bias:.4g}",
        "low": f"{study.ci_lower:.4g}",
        "high": f"{study.ci_upper:.4g}",
        "p": p_words(study.p_value),
    }
    yield (
        _("On average the gauge reads %(bias)s beside the reference (95 %% interval %(low)s to %(high)s, p %(p)s).")
        % told
    )
    if made.verdict == Verdict.ACCEPTABLE:
        yield _("The interval holds 0: the readings show no bias.")
    else:
        yield _("The interval does not hold 0: the gauge is biased; set it, or correct its readings.")


def _linearity_words(row: Any, made: Evaluation) -> Iterator[str]:
    study = made.result
    told = {"slope": f"{study.slope:.4g}", "p": p_words(study.slope_p), "bias": f"{study.average_bias:.4g}"}
    yield _("The bias changes by %(slope)s for each unit of the reference (p %(p)s); on average it is %(bias)s.") % told
    if made.verdict == Verdict.ACCEPTABLE:
        yield _("Neither a slope nor a constant bias is shown: the gauge is linear over this range.")
    else:
        yield _("The bias is not 0 over the whole range: the gauge has a linearity problem or a constant offset.")


def _stability_words(row: Any, made: Evaluation) -> Iterator[str]:
    study = made.result
    told = {
        "out": len(study.out) + len(study.out_spread),
        "drift": f"{study.drift:.4g}",
        "p": p_words(study.drift_p_value),
    }
    yield _("%(out)s occasions lie beyond the limits; the drift is %(drift)s per occasion (p %(p)s).") % told
    if made.verdict == Verdict.ACCEPTABLE:
        yield _("The gauge reads the same over time.")
    else:
        yield _("The gauge does not read the same over time: find what changed before its values are compared.")


def _type1_words(row: Any, made: Evaluation) -> Iterator[str]:
    told = {"cg": f"{made.result.Cg:.2f}", "cgk": f"{made.result.Cgk:.2f}", "wanted": WANTED_CG}
    yield _("Cg is %(cg)s and Cgk is %(cgk)s; at least %(wanted)s is usually asked for.") % told
    if made.verdict == Verdict.ACCEPTABLE:
        yield _("One person with one master reads well enough; study parts and people next.")
    elif made.result.Cg >= WANTED_CG:
        yield _("It scatters little but reads beside the master: set it before anything else.")
    else:
        yield _("It scatters too much for this tolerance even with one person and one master.")


def _attribute_words(row: Any, made: Evaluation) -> Iterator[str]:
    study = made.result
    share = study.all_vs_standard or study.between
    if share is not None:
        told = {
            "x": share.matched,
            "n": share.inspected,
            "low": f"{share.ci_lower:.0f}",
            "high": f"{share.ci_upper:.0f}",
        }
        yield _(AS_THE_STANDARD if study.all_vs_standard is not None else ALIKE) % told
    yield from _decisions(made.more.get("effectiveness"))
    kappa = made.figures.get("kappa")
    if kappa is not None:
        yield _("The weakest kappa is %(kappa)s: 0.75 and more is good agreement, below 0.40 poor.") % {
            "kappa": f"{kappa:.2f}"
        }


def _decisions(effectiveness: Any) -> Iterator[str]:
    """Bad parts that pass, and good ones that do not, by whom."""
    for name, one in (effectiveness.appraisers if effectiveness is not None else {}).items():
        if one.verdict != "acceptable":
            told = {"name": name, "miss": _rate(one, "miss"), "alarm": _rate(one, "false_alarm")}
            yield (
                _(
                    "%(name)s lets %(miss)s of bad parts pass and refuses %(alarm)s of good ones: more than AIAG accepts."
                )
                % told
            )


WORDS: Mapping[Sort, Any] = {
    Sort.BIAS: _bias_words,
    Sort.LINEARITY: _linearity_words,
    Sort.STABILITY: _stability_words,
    Sort.TYPE1: _type1_words,
    Sort.ATTRIBUTE: _attribute_words,
}


def agreement_rows(made: Evaluation) -> list[list[str]]:
    """Each appraiser's agreement with themselves and with the standard, as a table."""
    study, rows = made.result, []
    effectiveness = made.more.get("effectiveness")
    for name in study.appraisers:
        judged = effectiveness.appraisers[name] if effectiveness is not None else None
        rows.append([
            str(name), _share((study.within or {}).get(name)), _share((study.each_vs_standard or {}).get(name)),
            _kappa((study.fleiss_each_vs_standard or {}).get(name)), _rate(judged, "miss"), _rate(judged, "false_alarm"),
        ])  # fmt: skip
    rows.append([
        _("All together"), _share(study.between), _share(study.all_vs_standard),
        _kappa(study.fleiss_all_vs_standard if study.each_vs_standard else study.fleiss_between), "", "",
    ])  # fmt: skip
    return rows


def agreement_columns() -> list[str]:
    return [_("Appraiser"), _("Alike every time"), _("As the standard"), _("Kappa"), _("Misses"), _("False alarms")]


def _share(share: Any) -> str:
    return "–" if share is None else f"{share.percent:.0f} % ({share.ci_lower:.0f} – {share.ci_upper:.0f})"


def _kappa(kappa: Any) -> str:
    return "–" if kappa is None or not np.isfinite(kappa) else f"{kappa:.2f}"


def _rate(judged: Any, which: str) -> str:
    share = getattr(judged, which, None) if judged is not None else None
    return "–" if share is None else f"{share.percent:.0f} %"


def figure_rows(row: Any, made: Evaluation) -> list[tuple[str, str, str]]:
    """The figures of a study that is not a gauge R&R: what, how much, interval."""
    return FIGURE_ROWS[Sort(row.sort)](made.result) if Sort(row.sort) in FIGURE_ROWS else []


def _bias_rows(study: Any) -> list[tuple[str, str, str]]:
    return [
        (_("Mean"), f"{study.mean:.6g}", ""), (_("Bias"), f"{study.bias:.4g}", range_words(study.ci_lower, study.ci_upper, ".4g")),
        (_("Standard deviation"), f"{study.sd:.4g}", ""), (_("t"), f"{study.t:.3f}", ""), (_("p value"), p_words(study.p_value), ""),
    ]  # fmt: skip


def _linearity_rows(study: Any) -> list[tuple[str, str, str]]:
    rows = [
        (_("Intercept"), f"{study.intercept:.5g}", f"p {p_words(study.intercept_p)}"),
        (_("Slope"), f"{study.slope:.5g}", f"p {p_words(study.slope_p)}"), (_("R²"), f"{study.r_squared:.3f}", ""),
        (_("Average bias"), f"{study.average_bias:.4g}", ""),
    ]  # fmt: skip
    by = study.by_reference
    rows += [
        (_("Bias at %(reference)s") % {"reference": f"{r:g}"}, f"{b:.4g}", f"p {p_words(p)}")
        for r, b, p in zip(by.reference, by.bias, by.p_value, strict=True)
    ]
    return rows


def _stability_rows(study: Any) -> list[tuple[str, str, str]]:
    return [
        (_("Center line"), f"{study.center:.6g}", range_words(study.lcl, study.ucl, ".6g")),
        (_("Drift per occasion"), f"{study.drift:.4g}", range_words(study.drift_lower, study.drift_upper, ".4g")),
        (_("p value of the drift"), p_words(study.drift_p_value), ""),
    ]


def _type1_rows(study: Any) -> list[tuple[str, str, str]]:
    return [
        (_("Cg"), f"{study.Cg:.2f}", ""), (_("Cgk"), f"{study.Cgk:.2f}", ""), *_bias_rows(study.bias),
        (_("% repeatability"), f"{study.pct_var_repeatability:.1f}", ""),
        (_("% repeatability and bias"), f"{study.pct_var_repeatability_bias:.1f}", ""),
    ]  # fmt: skip


FIGURE_ROWS = {
    Sort.BIAS: _bias_rows,
    Sort.LINEARITY: _linearity_rows,
    Sort.STABILITY: _stability_rows,
    Sort.TYPE1: _type1_rows,
}
