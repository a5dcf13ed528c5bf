"""The experiment assistant: makes the run sheet, then says which factors matter from the responses."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.stats import experiments
from hoshin.stats.experiments import Design, FactorialAnalysis
from hoshin.surfaces.statistics import p_words, translated

from . import drawing
from .answers import Answer, Picture, Table, doubts
from .forms import Ask, Inputs, NoAnswer, Widget, numbers_in, parsed
from .samples import Sample

KINDS = (
    ("full", gettext_lazy("Full factorial")),
    ("fraction", gettext_lazy("Fraction of a factorial")),
    ("screening", gettext_lazy("Screening (Plackett-Burman)")),
    ("composite", gettext_lazy("Response surface (central composite)")),
    ("box_behnken", gettext_lazy("Response surface (Box-Behnken)")),
)
TWO_LEVELS = ("full", "fraction", "screening")
# The fraction of highest resolution that Box, Hunter and Hunter table for so many factors in few runs.
GENERATORS = {
    3: "a b ab",
    4: "a b c abc",
    5: "a b c d abcd",
    6: "a b c d abc bcd",
    7: "a b c d abc bcd acd",
    8: "a b c d bcd acd abc abd",
}
MOST_RUNS = 512
LEVEL = 0.05

ASKS = (
    Ask(
        "factors", gettext_lazy("Factors"), Widget.LINES,
help=gettext_lazy("One on each line: name; low; high. For example: Temperature; 160; 180")
    ),
    Ask("response", gettext_lazy("What is measured"), Widget.TEXT),
    Ask("replicates", gettext_lazy("Times the whole is run"), default="1", kinds=TWO_LEVELS),
    Ask(
        "centers", gettext_lazy("Runs at the center"), default="0", kinds=TWO_LEVELS,
        help=gettext_lazy("They show curvature, and scatter without repeating everything."),
    ),
    Ask("seed", gettext_lazy("Number the order is drawn from"), default="1", help=gettext_lazy("The same number draws the same order.")),
    Ask(
        "responses", gettext_lazy("Responses in the order of the runs"), Widget.LINES,
        help=gettext_lazy("Nothing: the run sheet is made. Later paste them here."),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Factor:
    """What is set in an experiment, low and high."""

    name: str
    low: float
    high: float


def factors_in(text: str) -> list[Factor]:
    """Factors, one on each line: name; low; high."""
    found = []
    for number, line in enumerate(filter(str.strip, text.splitlines()), start=1):
        cells = [cell.strip() for cell in line.replace("\t", ";").split(";")]
        low, high = (parsed(cells[1]), parsed(cells[2])) if len(cells) == 3 else (None, None)
        if not cells[0] or low is None or high is None or low >= high:
            told = {"n": number, "found": line.strip()[:60]}
            raise NoAnswer(
                _(
                    "Factors, line %(n)s: “%(found)s”; a name, a low and a higher setting are needed, as in Temperature; 160; 180."
                )
                % told
            )
        found.append(Factor(cells[0][:40], low, high))
    if len({factor.name for factor in found}) != len(found):
        raise NoAnswer(_("Two factors have the same name."))
    return found


def answer(inputs: Inputs, kind: str, samples: Sequence[Sample]) -> Answer:
    """The run sheet, or what the responses say."""
    factors, design = planned(inputs, kind)
    responses = numbers_in(inputs.text("responses"), _("Responses"))
    if not responses:
        return _sheet(design, factors, kind, inputs)
    if len(responses) != len(design.order):
        raise NoAnswer(
            _("%(found)s responses for %(needed)s runs.") % {"found": len(responses), "needed": len(design.order)}
        )
    return _analysed(design, factors, kind, np.array(responses), inputs)


def planned(inputs: Inputs, kind: str) -> tuple[list[Factor], Design]:
    """The design that was asked for, in the order to run it."""
    factors = factors_in(inputs.text("factors"))
    names = [factor.name for factor in factors]
    design = _design(kind, names)
    seed = inputs.whole("seed", _("Number the order is drawn from"), default=1)
    replicates = inputs.whole("replicates", _("Times the whole is run"), least=1, most=20, default=1)
    centers = inputs.whole("centers", _("Runs at the center"), most=50, default=0)
    if kind not in TWO_LEVELS:
        replicates, centers = 1, 0
    if design.n * replicates + centers * replicates > MOST_RUNS:
        raise NoAnswer(
            _("The design has %(n)s runs; at most %(most)s are made here.")
            % {"n": design.n * replicates, "most": MOST_RUNS}
        )
    return factors, experiments.randomize(design, seed, replicates, centers)


def _design(kind: str, names: list[str]) -> Design:
    least, most = {
        "full": (1, 8),
        "fraction": (3, 8),
        "screening": (2, 23),
        "composite": (2, 6),
        "box_behnken": (3, 7),
    }[kind]
    if not least <= len(names) <= most:
        raise NoAnswer(
            _("%(found)s factors; this design takes %(least)s to %(most)s.")
            % {"found": len(names), "least": least, "most": most}
        )
    if kind == "full":
        # Coded from -1 to +1, as every two-level design.
        return experiments.full_factorial([2] * len(names), names)
    if kind == "fraction":
        return experiments.fractional_factorial(GENERATORS[len(names)], names)
    if kind == "screening":
        return experiments.plackett_burman(len(names), names)
    if kind == "composite":
        return experiments.central_composite(len(names), names=names)
    return experiments.box_behnken(len(names), names=names)


def settings_of(design: Design, factors: Sequence[Factor]) -> np.ndarray:
    """The settings of every run in the factors' own units, in the order to make them."""
    coded = design.runs[design.order].astype(float)
    low, high = np.array([f.low for f in factors]), np.array([f.high for f in factors])
    return (low + high) / 2 + coded * (high - low) / 2


def sheet_rows(design: Design, factors: Sequence[Factor]) -> list[list[str]]:
    settings = settings_of(design, factors)
    return [[str(place + 1), *(f"{value:.6g}" for value in row)] for place, row in enumerate(settings)]


def sheet_csv(design: Design, factors: Sequence[Factor], response: str) -> str:
    """The run sheet with a column to fill in; names can do nothing in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    names = [factor.name for factor in factors]
    heading = [_("run"), *names, response or _("response")]
    writer.writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in heading])
    writer.writerows([[*row, ""] for row in sheet_rows(design, factors)])
    return out.getvalue()


def _reasons(kind: str, design: Design) -> list[str]:
    told = {
        "n": len(design.order),
        "resolution": {3: "III", 4: "IV", 5: "V"}.get(design.resolution or 0, ""),
        "kind": design.kind,
    }
    words = {
        "full": _("Every combination of low and high is run, so every effect and every interaction can be told apart."),
        "fraction": _(
            "A fraction of resolution %(resolution)s: fewer runs, at the price that some effects cannot be told apart."
        )
        % told,
        "screening": _(
            "Main effects of many factors in few runs; interactions hide in them, so what matters is looked at again afterwards."
        ),
        "composite": _("Corners, axes and center runs: curvature can be fitted and a best setting found."),
        "box_behnken": _(
            "Three levels without any corner, where all factors are extreme at once; curvature can be fitted."
        ),
    }
    return [words[kind], _("The order is random, so that what drifts meanwhile is not taken for a factor.")]


def _sheet(design: Design, factors: Sequence[Factor], kind: str, inputs: Inputs) -> Answer:
    told = {"n": len(design.order), "k": len(factors)}
    words = [_("%(n)s runs of %(k)s factors: make them in this order, then paste the responses.") % told]
    table = Table(_("Run sheet"), [_("Run"), *(factor.name for factor in factors)], sheet_rows(design, factors))
    return Answer(
        translated(design.kind), words, _reasons(kind, design), {"design": design}, [*_aliases(design, kind), table]
    )


def _aliases(design: Design, kind: str) -> list[Table]:
    """What a fraction cannot tell apart, up to pairs."""
    if kind != "fraction":
        return []
    corners = design.runs[np.abs(design.runs).min(axis=1) > 0]
    names = [factor[:12] for factor in design.factors]
    found = experiments.aliases(np.unique(corners, axis=0), names if all(len(name) == 1 for name in names) else None)
    rows = [[name, ", ".join(others)] for name, others in found.chains.items() if others]
    return [Table(_("Cannot be told apart"), [_("Effect"), _("From")], rows[:40], in_words=True)] if rows else []


def _analysed(design: Design, factors: Sequence[Factor], kind: str, responses: np.ndarray, inputs: Inputs) -> Answer:
    names = [factor.name for factor in factors]
    runs = design.runs[design.order]
    if kind not in TWO_LEVELS:
        return _surface(design, factors, kind, responses)
    found = experiments.analyze_factorial(runs, responses, names, order=1 if kind == "screening" else 2)
    rows = [
        [name, f"{effect:.4g}", p_words(p), _("yes") if real else ""]
        for name, effect, p, real in zip(found.names, found.effects, found.pvalues, found.significant, strict=True)
    ]
    tables = [
        Table(_("Effects: change from low to high"), [_("Effect"), _("Change"), _("p value"), _("Real")], rows),
        *_anova(found),
        _checks(found),
    ]
    picture = Picture(_("Size of the effects"), drawing.effects(found.names, found.effects, found.significant))
    cautions = doubts(found.checks)
    cautions += [
        _("%(left)s cannot be told from %(kept)s.") % {"left": left, "kept": kept} for kept, left in found.aliased[:6]
    ]
    reasons = [*_reasons(kind, design), _error_words(found)]
    return Answer(
        _("Analysis: %(kind)s") % {"kind": translated(design.kind)},
        _words(found, factors, inputs),
        reasons,
        {"analysis": found},
        tables,
        [picture],
        cautions,
    )


def _error_words(found: FactorialAnalysis) -> str:
    if found.error == "lenth":
        return _(
            "Nothing was repeated, so chance is judged from the effects themselves (Lenth): most are taken to be none."
        )
    return _("Chance is judged from what the effects leave unexplained.")


def _words(found: FactorialAnalysis, factors: Sequence[Factor], inputs: Inputs) -> list[str]:
    response = inputs.text("response") or _("the response")
    real = sorted(np.flatnonzero(found.significant), key=lambda i: -abs(found.effects[i]))
    if not real:
        return [
            _("No effect on %(response)s is larger than chance explains. That is no proof that there is none.")
            % {"response": response}
        ]
    told = [_effect_words(found, int(i), factors, response) for i in real]
    if found.curvature_pvalue is not None and found.curvature_pvalue <= LEVEL:
        told.append(
            _(
                "The center lies beside the plane between the corners: there is curvature, and a response surface design would show it."
            )
        )
    return told


def _effect_words(found: FactorialAnalysis, index: int, factors: Sequence[Factor], response: str) -> str:
    name, effect = found.names[index], float(found.effects[index])
    own = next((factor for factor in factors if factor.name == name), None)
    told = {"name": name, "response": response, "size": f"{abs(effect):.4g}"}
    if own is None:
        return _("%(name)s: the effect of one depends on the other (interaction %(size)s).") % told
    told |= {"low": f"{own.low:g}", "high": f"{own.high:g}"}
    if effect > 0:
        return _("From %(low)s to %(high)s, %(name)s raises %(response)s by %(size)s.") % told
    return _("From %(low)s to %(high)s, %(name)s lowers %(response)s by %(size)s.") % told


def _anova(found: FactorialAnalysis) -> list[Table]:
    if found.anova is None:
        return []
    rows = [
        [
            translated(row.source),
            f"{row.df:g}",
            f"{row.ss:.5g}",
            f"{row.ms:.5g}",
            "" if row.f is None else f"{row.f:.3g}",
            "" if row.pvalue is None else p_words(row.pvalue),
        ]
        for row in found.anova.rows
    ]
    return [
        Table(
            _("Analysis of variance"),
            [_("Source"), _("Degrees of freedom"), _("Sum of squares"), _("Mean square"), "F", "p"],
            rows,
        )
    ]


def _checks(found: Any) -> Table:
    rows = [
        [translated(check.assumption), translated(check.found), _("holds") if check.holds else _("doubtful")]
        for check in found.checks
    ]
    return Table(_("Assumptions looked at"), [_("Assumption"), _("Found"), _("Verdict")], rows, in_words=True)


def _surface(design: Design, factors: Sequence[Factor], kind: str, responses: np.ndarray) -> Answer:
    names = [factor.name for factor in factors]
    found = experiments.analyze_response_surface(design.runs[design.order], responses, names)
    words = [_("The fitted surface has a %(nature)s.") % {"nature": translated(found.nature)}]
    rows = []
    if found.stationary is not None:
        places = [
            (f.low + f.high) / 2 + c * (f.high - f.low) / 2 for f, c in zip(factors, found.stationary, strict=True)
        ]
        rows = [
            [f.name, f"{place:.5g}", f"{c:.3f}"] for f, place, c in zip(factors, places, found.stationary, strict=True)
        ]
        where = "; ".join(f"{f.name} {place:.4g}" for f, place in zip(factors, places, strict=True))
        words.append(
            _("It lies at %(where)s, where %(value)s is expected.")
            % {"where": where, "value": f"{found.stationary_response:.5g}"}
        )
        if not found.inside:
            words.append(_("That is outside what was tried: go there in steps, never in one leap."))
    tables = [Table(_("Stationary point"), [_("Factor"), _("Setting"), _("Coded")], rows)] if rows else []
    return Answer(
        _("Response surface: %(kind)s") % {"kind": translated(design.kind)},
        words,
        _reasons(kind, design),
        {"surface": found},
        tables,
    )
