"""The assistant for several characteristics that are watched as one: Hotelling's T², MEWMA."""

from collections.abc import Mapping, Sequence

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hoshin.stats import multivariate
from hoshin.surfaces.drawing import Annotation, ChartData, Panel, Signal, control_chart

from .answers import Answer, Picture, Table
from .forms import Ask, Inputs, NoAnswer, Widget
from .samples import Sample, needed, side_by_side

KINDS = (("t2", gettext_lazy("Unusual combinations (T²)")), ("mewma", gettext_lazy("Small lasting shifts (MEWMA)")))
RISK = gettext_lazy("False alarms of a point")
EVERY, WEIGHT = gettext_lazy("Points from one false alarm to the next"), gettext_lazy("Weight of the newest point")
LEFT_OUT = gettext_lazy("Points left out")
COVARIANCES = (
    ("sample", gettext_lazy("All values")),
    ("successive_differences", gettext_lazy("Successive differences: a slow drift stays visible")),
)
NAMES = ("a", "b", "c", "d", "e", "f")
LABELS = (
    gettext_lazy("First characteristic"), gettext_lazy("Second"), gettext_lazy("Third"), gettext_lazy("Fourth"),
    gettext_lazy("Fifth"), gettext_lazy("Sixth"),
)  # fmt: skip

ASKS = (
    *(Ask(name, label, Widget.SAMPLE) for name, label in zip(NAMES, LABELS, strict=True)),
    Ask("risk", RISK, default="0.27", unit="%", kinds=("t2",)),
    Ask("covariance", gettext_lazy("Scatter estimated from"), Widget.CHOICE, choices=COVARIANCES, kinds=("t2",)),
    Ask("weight", WEIGHT, default="0.1", help=gettext_lazy("Smaller weights find smaller shifts."), kinds=("mewma",)),
    Ask("every", EVERY, default="370", kinds=("mewma",)),
    Ask(
        "left_out", LEFT_OUT, Widget.LINES,
        help=gettext_lazy("One a line, with the reason: “14: new batch”. They are shown but do not set the limits."),
    ),
)  # fmt: skip
MOST_LISTED = 30


def answer(inputs: Inputs, kind: str, samples: Sequence[Sample]) -> Answer:
    """The chart of all together, the points that stand out, and which characteristic to look at first."""
    data = _rows(needed(samples, 2))
    left = _left_out(inputs, len(data))
    return (_t2 if kind == "t2" else _mewma)(inputs, data, samples, left)


def _left_out(inputs: Inputs, size: int) -> dict[int, str]:
    """The reason for each point left out, by its place from 0."""
    found: dict[int, str] = {}
    for line in filter(str.strip, inputs.text("left_out").splitlines()):
        place, _colon, reason = (part.strip() for part in line.partition(":"))
        told = {"label": LEFT_OUT, "found": line.strip()[:60], "n": place, "most": size}
        if not place.isdecimal() or len(place) > 9 or not 1 <= int(place) <= size:
            raise NoAnswer(
                _(
                    "“%(label)s”: “%(found)s”; a point from 1 to %(most)s, a colon and the reason are needed, such as “14: new batch”."
                )
                % told
            )
        if not reason:
            raise NoAnswer(_("“%(label)s”: say why point %(n)s is left out, after a colon.") % told)
        if int(place) - 1 in found:
            raise NoAnswer(_("“%(label)s”: point %(n)s is named twice.") % told)
        found[int(place) - 1] = reason
    return found


def _rows(samples: Sequence[Sample]) -> np.ndarray:
    if len({sample.span for sample in samples}) > 1:
        found = ", ".join(f"{sample.name}: {sample.span}" for sample in samples)
        raise NoAnswer(
            _("The samples have different sizes (%(found)s); each point needs a value of every characteristic.")
            % {"found": found}
        )
    constant = [sample.name for sample in samples if np.ptp(sample.values) == 0]
    if constant:
        raise NoAnswer(_("%(names)s: all values are equal; leave it out.") % {"names": ", ".join(constant)})
    return side_by_side(samples)


def _lacking(data: np.ndarray) -> np.ndarray:
    """The points that lack a value of some characteristic."""
    return np.flatnonzero(np.isnan(data).any(axis=1))


def _t2(inputs: Inputs, data: np.ndarray, samples: Sequence[Sample], left: Mapping[int, str]) -> Answer:
    chart = multivariate.t2_individuals(
        data, inputs.share("risk", RISK), inputs.choice("covariance", COVARIANCES), exclude=left
    )
    names = [sample.name for sample in samples]
    # What was left out has its reason; the others are to be looked at.
    out = np.array([i for i in chart.out.tolist() if i not in left], dtype=int)
    shares = np.array([chart.contributions(i) for i in out.tolist()])
    words = [_standing(out)]
    if out.size:
        first = names[int(shares.sum(axis=0).argmax())]
        words.append(_("Look first at %(name)s, which adds most to what stands out.") % {"name": first})
    columns = [_("Point"), _("T²"), *names]
    rows = [
        [str(i + 1), f"{chart.t2[i]:.2f}", *(f"{share:.2f}" for share in own)]
        for i, own in zip(out[:MOST_LISTED].tolist(), shares[:MOST_LISTED], strict=True)
    ]
    tables = [Table(_("Points beyond the limit, and what each characteristic adds beyond the others"), columns, rows)]
    return Answer(
        _("Hotelling T² chart"), [*words, *_without(left)],
        [_("Values that move together are judged by their combination, which no chart of one of them shows.")],
        {"chart": chart}, [*(tables if rows else []), *_reasons(left, chart.t2), _correlations(chart.cov, names)],
        [_picture(_("T² of each point"), chart.t2, np.min(chart.ucl), out, left)], _cautions(data, left),
        "bad" if out.size else "good",
    )  # fmt: skip


def _mewma(inputs: Inputs, data: np.ndarray, samples: Sequence[Sample], left: Mapping[int, str]) -> Answer:
    weight = inputs.number("weight", WEIGHT, least=0.01)
    every = inputs.number("every", EVERY, least=2)
    if weight > 1:
        raise NoAnswer(
            _("The weight of the newest point is %(found)s; at most 1 is needed.") % {"found": f"{weight:g}"}
        )
    chart = multivariate.mewma(data, weight, arl0=every, exclude=left)
    names = [sample.name for sample in samples]
    reasons = [_("A chart with a memory finds a small lasting shift of any combination sooner than T² does.")]
    if left:
        reasons.append(_("A point left out changes neither target nor scatter, but the memory has it like the others."))
    return Answer(
        _("MEWMA chart"), [_standing(chart.out), *_without(left)], reasons,
        {"chart": chart}, [*_reasons(left, chart.t2), _correlations(chart.cov, names)],
        [_picture(_("MEWMA of each point"), chart.t2, chart.h, chart.out, left)],
        _cautions(data, left), "bad" if chart.out.size else "good",
    )  # fmt: skip


def _standing(out: np.ndarray) -> str:
    if not out.size:
        return _("No point stands out: together the characteristics are in control.")
    told = {"n": out.size, "which": _listed(out)}
    return ngettext("One point stands out: no. %(which)s.", "%(n)s points stand out: no. %(which)s.", out.size) % told


def _without(left: Mapping[int, str]) -> list[str]:
    if not left:
        return []
    told = {"n": len(left), "which": ", ".join(str(i + 1) for i in sorted(left))}
    return [
        ngettext(
            "One point is left out of the limits, with its reason: no. %(which)s.",
            "%(n)s points are left out of the limits, with their reasons: no. %(which)s.",
            len(left),
        )
        % told
    ]


def _reasons(left: Mapping[int, str], values: np.ndarray) -> list[Table]:
    rows = [[str(i + 1), left[i], "–" if np.isnan(values[i]) else f"{values[i]:.2f}"] for i in sorted(left)]
    return [Table(str(LEFT_OUT), [_("Point"), _("Reason"), _("T²")], rows, in_words=True)] if rows else []


def _cautions(data: np.ndarray, left: Mapping[int, str]) -> list[str]:
    found, lacking = [], _lacking(data)
    rows, columns = len(data) - len({*lacking.tolist(), *left}), data.shape[1]
    if lacking.size:
        found.append(
            ngettext(
                "One point lacks a measurement of some characteristic and has no T²: no. %(which)s.",
                "%(n)s points lack a measurement of some characteristic and have no T²: no. %(which)s.",
                lacking.size,
            )
            % {"n": lacking.size, "which": _listed(lacking)}
        )
    if rows < 10 * columns:
        found.append(
            _("%(n)s points for %(p)s characteristics are few: ten for each are wanted before limits are trusted.")
            % {"n": rows, "p": columns}
        )
    return found


def _listed(places: np.ndarray) -> str:
    return ", ".join(str(i + 1) for i in places[:MOST_LISTED]) + (" …" if places.size > MOST_LISTED else "")


def _correlations(cov: np.ndarray, names: Sequence[str]) -> Table:
    sd = np.sqrt(np.diag(cov))
    rows = [[name, *(f"{r:.2f}" for r in row)] for name, row in zip(names, cov / np.outer(sd, sd), strict=True)]
    return Table(_("Correlations"), [_("Characteristic"), *names], rows)


def _picture(title: str, values: np.ndarray, limit, out: np.ndarray, left: Mapping[int, str]) -> Picture:
    signals = tuple(Signal(int(i), "1", _("beyond the limit")) for i in out)
    panel = Panel("T²", values, upper=limit, signals=signals, excluded=frozenset(left), decimals=2)
    remarks = tuple(Annotation(i, reason) for i, reason in left.items())
    return Picture(title, control_chart(ChartData(title=title, panels=(panel,), annotations=remarks)))
