"""The assistant for the uncertainty of a measurement: the budget by the law of propagation, held against a simulation."""

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.stats import measurement_systems as msa
from hoshin.stats.measurement_systems import MonteCarloUncertainty, UncertainInput, UncertaintyBudget
from hoshin.surfaces.drawing import bar
from hoshin.surfaces.statistics import translated

from .answers import Answer, Picture, Table
from .forms import Ask, Inputs, NoAnswer, Widget, parsed
from .formula import formula, name_of
from .samples import Sample

KINDS = (("budget", gettext_lazy("Uncertainty budget")),)
FORMULA, LINES = gettext_lazy("What is measured, as a formula"), gettext_lazy("What goes into it")
LEVEL = gettext_lazy("Coverage")
LARGEST_GAP = 0.05
MOST_INPUTS = 30
FEW_DF = 10
FINEST, COARSEST = 1e-9, 1e12

ASKS = (
    Ask("formula", FORMULA, Widget.TEXT, help=gettext_lazy("Such as (m1 - m0) / V; sqrt, exp, log, sin are known.")),
    Ask(
        "inputs", LINES, Widget.LINES,
        help=gettext_lazy(
            "One a line: name; value; uncertainty; what it is. What it is: standard, expanded (k = 2), rectangular, "
            "triangular or arcsine (half width). Or: name; observed; the values."
        ),
    ),
    Ask("level", LEVEL, default="95", unit="%"),
)  # fmt: skip


def answer(inputs: Inputs, kind: str, samples: Sequence[Sample]) -> Answer:
    """The result with its expanded uncertainty, and what contributes most to it."""
    model, level = formula(inputs.text("formula")), inputs.share("level", LEVEL)
    given = [_input(line, place) for place, line in enumerate(_lines(inputs.text("inputs")), start=1)]
    names = {one.name for one in given}
    lacking = [name for name in model.names if name not in names]
    unused = sorted(names - set(model.names))
    if lacking or unused:
        told = {"lacking": ", ".join(lacking) or "–", "unused": ", ".join(unused) or "–"}
        raise NoAnswer(
            _("Formula and lines do not fit: without a line %(lacking)s, not in the formula %(unused)s.") % told
        )
    budget = msa.uncertainty_budget(model, given, confidence=level)
    if not np.isfinite(budget.U):
        raise NoAnswer(
            _("The uncertainty of the result is %(found)s; a finite number is needed.") % {"found": budget.U}
        )
    drawn = msa.monte_carlo_uncertainty(model, given, confidence=level)
    return Answer(
        _("Uncertainty budget (GUM)"), _words(budget, drawn),
        [_("Each input's uncertainty times what a small change of it does to the result; added as squares.")],
        {"budget": budget, "simulation": drawn}, [_table(budget)], [_picture(budget)], _cautions(budget, drawn),
    )  # fmt: skip


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_INPUTS:
        raise NoAnswer(
            _("%(n)s lines; 1 to %(most)s are needed, one for each name in the formula.")
            % {"n": len(lines), "most": MOST_INPUTS}
        )
    return lines


def _input(line: str, place: int) -> UncertainInput:
    parts = [part.strip() for part in line.replace("\t", ";").split(";")]
    if len(parts) >= 3 and parts[1] == "observed":
        return msa.observed_input(name_of(parts[0]), [_number(value, place) for value in " ".join(parts[2:]).split()])
    if len(parts) != 4:
        raise NoAnswer(
            _("Line %(place)s: “%(found)s”; name; value; uncertainty; what it is, are needed.")
            % {"place": place, "found": line[:60]}
        )
    name, value, spread = name_of(parts[0]), _number(parts[1], place), _number(parts[2], place)
    if parts[3] == "standard":
        return msa.normal_input(name, value, spread)
    if parts[3] == "expanded":
        return msa.expanded_input(name, value, spread)
    if parts[3] in ("rectangular", "triangular", "arcsine"):
        return msa.bounded_input(name, value, spread, distribution=parts[3])
    known = "standard, expanded, rectangular, triangular, arcsine"
    raise NoAnswer(
        _("Line %(place)s: “%(found)s” is none of %(known)s.")
        % {"place": place, "found": parts[3][:40], "known": known}
    )


def _number(text: str, place: int) -> float:
    value = parsed(text)
    if value is None:
        raise NoAnswer(_("Line %(place)s: “%(found)s” is no number.") % {"place": place, "found": text[:40]})
    return value


def _words(budget: UncertaintyBudget, drawn: MonteCarloUncertainty) -> list[str]:
    value, spread = _rounded(budget.value, budget.U)
    first = int(np.argmax(budget.share))
    told = {
        "value": value, "U": spread, "k": f"{budget.k:.2f}", "level": f"{100 * budget.confidence:g}",
        "name": budget.inputs[first].name, "share": f"{100 * budget.share[first]:.0f}",
        "low": _rounded(drawn.lower, budget.U)[0], "high": _rounded(drawn.upper, budget.U)[0],
    }  # fmt: skip
    return [
        _("The result is %(value)s ± %(U)s (k = %(k)s, %(level)s %%).") % told,
        _("%(name)s contributes most: %(share)s %% of the variance.") % told,
        _("A simulation gives %(low)s to %(high)s.") % told,
    ]


def _rounded(value: float, uncertainty: float) -> tuple[str, str]:
    """The uncertainty to two digits that count, the value to the same place; with powers of ten where that takes many zeros."""
    if not FINEST < uncertainty < COARSEST:
        return f"{value:.6g}", f"{uncertainty:.2g}"
    digits = max(0, 1 - int(np.floor(np.log10(uncertainty))))
    return f"{value:.{digits}f}", f"{uncertainty:.{digits}f}"


def _table(budget: UncertaintyBudget) -> Table:
    rows = [
        [
            one.name, f"{one.value:.6g}", f"{one.u:.3g}", translated(one.distribution), f"{c:.4g}", f"{abs(part):.3g}",
            f"{100 * share:.1f} %",
        ]
        for one, c, part, share in zip(
            budget.inputs, budget.sensitivity, budget.contribution, budget.share, strict=True
        )
    ]  # fmt: skip
    columns = [_("Input"), _("Value"), _("u"), _("Distribution"), _("Sensitivity"), _("Contribution"), _("Share")]
    return Table(_("Budget"), columns, rows)


def _picture(budget: UncertaintyBudget) -> Picture:
    order = np.argsort(-np.abs(budget.contribution))
    rows = [(budget.inputs[i].name, abs(float(budget.contribution[i]))) for i in order]
    return Picture(_("Contributions"), bar(rows, title=_("Contributions")))


def _cautions(budget: UncertaintyBudget, drawn: MonteCarloUncertainty) -> list[str]:
    gap = max(abs(budget.value - budget.U - drawn.lower), abs(budget.value + budget.U - drawn.upper))
    found = []
    if gap > LARGEST_GAP * 2 * budget.U:
        found.append(
            _(
                "Budget and simulation differ by more than a twentieth of the interval: the formula bends too much, or one "
                "input rules. Take the simulation's interval."
            )
        )
    if budget.df < FEW_DF:
        found.append(_("%(df)s effective degrees of freedom are few.") % {"df": f"{budget.df:.1f}"})
    return found
