"""The assistant for inspection that is no single lot and sample: item by item, lots left out, a running line."""

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.stats import sampling
from hoshin.stats.sampling import AttributePlan, SequentialPlan
from hoshin.surfaces.drawing.canvas import ticks

from . import drawing
from .answers import Answer, Picture, Table
from .forms import Ask, Inputs, NoAnswer, Widget
from .samples import Sample

KINDS = (
    ("sequential", gettext_lazy("Item by item")),
    ("skip_lot", gettext_lazy("Leave lots out")),
    ("continuous", gettext_lazy("A running line")),
    ("match", gettext_lazy("Measure instead of count")),
)
GOOD, BAD = gettext_lazy("Quality to be accepted"), gettext_lazy("Quality to be rejected")
PRODUCER, CONSUMER = gettext_lazy("Risk of the producer"), gettext_lazy("Risk of the consumer")
SIZE, FOUND = gettext_lazy("Sample size of the plan"), gettext_lazy("Its acceptance number")
RUN, FRACTION = gettext_lazy("Lots accepted in a row before lots are left out"), gettext_lazy("Share inspected then")
LIMIT = gettext_lazy("Worst average outgoing quality")
LINES = (
    ("CSP-1", gettext_lazy("CSP-1: back to all items after one nonconforming")),
    ("CSP-2", gettext_lazy("CSP-2: after two close to one another")),
)
SIGMAS = (("unknown", gettext_lazy("Estimated from the sample")), ("known", gettext_lazy("Known")))
PERCENT_HELP = gettext_lazy("Percent nonconforming.")

ASKS = (
    Ask("good", GOOD, unit="%", help=PERCENT_HELP, kinds=("sequential",)),
    Ask("producer", PRODUCER, default="5", unit="%", kinds=("sequential",)),
    Ask("bad", BAD, unit="%", help=PERCENT_HELP, kinds=("sequential",)),
    Ask("consumer", CONSUMER, default="10", unit="%", kinds=("sequential",)),
    Ask("n", SIZE, kinds=("skip_lot", "match")),
    Ask("ac", FOUND, kinds=("skip_lot", "match")),
    Ask("run", RUN, default="8", kinds=("skip_lot",)),
    Ask("limit", LIMIT, unit="%", help=PERCENT_HELP, kinds=("continuous",)),
    Ask("fraction", FRACTION, default="25", unit="%", kinds=("skip_lot", "continuous")),
    Ask("line", gettext_lazy("Rule"), Widget.CHOICE, choices=LINES, kinds=("continuous",)),
    Ask("sigma", gettext_lazy("Standard deviation"), Widget.CHOICE, choices=SIGMAS, kinds=("match",)),
)  # fmt: skip
POINTS = 121
MOST_ROWS = 20


def answer(inputs: Inputs, kind: str, samples: Sequence[Sample]) -> Answer:
    """The scheme that keeps what is asked, and what it costs."""
    return ANSWERS[kind](inputs)


def _sequential(inputs: Inputs) -> Answer:
    p1, p2 = inputs.share("good", GOOD), inputs.share("bad", BAD)
    alpha, beta = inputs.share("producer", PRODUCER), inputs.share("consumer", CONSUMER)
    plan = sampling.sequential_plan(p1, alpha, p2, beta)
    at = sampling.sequential_characteristic(plan, [1.0, 0.0, -1.0])
    single = sampling.find_plan((p1, 1 - alpha), (p2, beta)).plan.n[0]
    told = {
        "good": f"{100 * p1:g}", "bad": f"{100 * p2:g}", "first": f"{at.asn[0]:.0f}", "last": f"{at.asn[2]:.0f}",
        "most": f"{at.asn[1]:.0f}", "single": single,
    }  # fmt: skip
    words = [
        _("Inspect item by item and stop as soon as the number found says so; the table tells when.")
        + " "
        + _(
            "On average that takes %(first)s items at %(good)s %% nonconforming and %(last)s at %(bad)s %%, at worst about "
            "%(most)s; a single sample with the same risks takes %(single)s."
        )
        % told
    ]
    curve = sampling.sequential_characteristic(plan, np.linspace(2.5, -2.5, POINTS))
    pictures = [
        _curve(_("Operating characteristic"), curve.p, 100 * curve.pa, _("% of lots accepted"), [(p1, 1 - alpha), (p2, beta)]),
        _curve(_("Items inspected on average"), curve.p, curve.asn, _("items"), most=None),
    ]  # fmt: skip
    reasons = [_("Where an inspection is dear or destroys the item, deciding after each one needs the fewest.")]
    return Answer(_("Sequential plan"), words, reasons, {"plan": plan, "curve": curve}, [_numbers(plan)], pictures)


def _numbers(plan: SequentialPlan) -> Table:
    """After how many items which number decides; a row where one of the two changes."""
    rows, before = [], None
    for n in range(1, 100_000):
        accept, reject = int(np.floor(plan.accept_line(n))), int(np.ceil(plan.reject_line(n)))
        if (accept, reject) != before and (accept >= 0 or reject <= n):
            rows.append([str(n), str(accept) if accept >= 0 else "–", str(reject) if reject <= n else "–"])
            before = accept, reject
        if len(rows) == MOST_ROWS:
            break
    return Table(_("When to stop"), [_("From item no."), _("Accept with up to"), _("Do not accept from")], rows)


def _single(inputs: Inputs, least: int) -> AttributePlan:
    """The plan that is in use."""
    n, ac = inputs.whole("n", SIZE, least=least, most=100_000), inputs.whole("ac", FOUND, most=10_000)
    if ac >= n:
        raise NoAnswer(
            _("The acceptance number is %(ac)s of %(n)s items; one below the sample size is needed.")
            % {"ac": ac, "n": n}
        )
    return sampling.single_plan(n, ac)


def _skip_lot(inputs: Inputs) -> Answer:
    plan = _single(inputs, 1)
    run, fraction = inputs.whole("run", RUN, least=1, most=1000), inputs.share("fraction", FRACTION)
    grid = _qualities(plan)
    curve = sampling.skip_lot_characteristic(plan, run, fraction, grid)
    good = sampling.quality_at(plan, 0.95)
    at = sampling.skip_lot_characteristic(plan, run, fraction, good)
    told = {
        "run": run, "share": f"{100 * fraction:g}", "p": f"{100 * good:.2g}", "inspected": f"{100 * at.inspected:.0f}",
        "asn": f"{at.asn:.1f}", "n": plan.n[0],
    }  # fmt: skip
    words = [
        _("Inspect every lot until %(run)s in a row are accepted, then %(share)s %% of the lots, chosen at random; after one "
          "that is not accepted, every lot again.") % told,
        _("At %(p)s %% nonconforming, %(inspected)s %% of the lots are inspected: %(asn)s items a lot instead of %(n)s.") % told,
    ]  # fmt: skip
    pictures = [
        _curve(_("Operating characteristic"), grid, 100 * curve.pa, _("% of lots accepted")),
        _curve(_("Lots inspected"), grid, 100 * curve.inspected, _("% of lots"), most=100.0),
    ]
    rows = [
        [f"{100 * p:.3g} %", f"{100 * a:.1f} %", f"{100 * b:.1f} %", f"{100 * c:.1f} %", f"{d:.1f}"]
        for p, a, b, c, d in zip(grid, curve.pa_reference, curve.pa, curve.inspected, curve.asn, strict=True)
    ][10::15]
    columns = [_("Nonconforming"), _("Accepted by the plan"), _("Accepted"), _("Lots inspected"), _("Items a lot")]
    reasons = [_("A supplier whose lots are accepted time after time need not have each of them inspected (SkSP-2).")]
    cautions = [_("Lots that are left out are accepted unseen: only for a supplier with a stable, audited process.")]
    return Answer(
        _("Skip-lot plan"),
        words,
        reasons,
        {"curve": curve},
        [Table(_("What it does"), columns, rows)],
        pictures,
        cautions,
    )


def _continuous(inputs: Inputs) -> Answer:
    limit, fraction = inputs.share("limit", LIMIT), inputs.share("fraction", FRACTION)
    plan = sampling.find_continuous_plan(limit, fraction, kind=inputs.choice("line", LINES))
    grid = np.linspace(0.0, min(6 * plan.p, 1.0), POINTS)
    curve = sampling.continuous_characteristic(plan.i, fraction, grid, kind=plan.kind)
    told = {
        "i": plan.i, "share": f"{100 * fraction:g}", "aoql": f"{100 * plan.aoql:.3g}", "p": f"{100 * plan.p:.3g}",
    }  # fmt: skip
    words = [
        _("Inspect all items until %(i)s in a row conform, then %(share)s %% of them, chosen at random.") % told,
        _("What leaves the line is then on average no worse than %(aoql)s %% nonconforming, whatever comes in; worst is "
          "%(p)s %% coming in.") % told,
    ]  # fmt: skip
    pictures = [
        _curve(_("Average outgoing quality"), grid, 100 * curve.aoq, _("% nonconforming after inspection"),
               [(plan.p, plan.aoql)], most=None),
        _curve(_("Items inspected"), grid, 100 * curve.afi, _("% of items"), most=100.0),
    ]  # fmt: skip
    rows = [
        [f"{100 * p:.3g} %", f"{100 * a:.1f} %", f"{100 * q:.3g} %"]
        for p, a, q in zip(grid, curve.afi, curve.aoq, strict=True)
    ][10::15]
    table = Table(_("What it does"), [_("Nonconforming"), _("Items inspected"), _("Nonconforming after")], rows)
    reasons = [_("Items come one after another without lots: inspection of all and of some alternate (Dodge).")]
    return Answer(_("Continuous plan"), words, reasons, {"plan": plan, "curve": curve}, [table], pictures)


def _match(inputs: Inputs) -> Answer:
    plan = _single(inputs, 2)
    found = sampling.match_attributes(plan, sigma=inputs.choice("sigma", SIGMAS))
    grid = _qualities(plan)
    measured = sampling.acceptance_by_variables(found.plan, grid)
    steps = np.array(ticks(0.0, 100 * grid[-1], 8)[1:]) / 100
    told = {"n": found.plan.n, "k": f"{found.plan.k:.4g}", "counted": plan.n[0], "ac": plan.ac[0]}
    words = [
        _("Measure %(n)s items and accept when (limit - mean) / standard deviation is at least %(k)s: as sharp as counting "
          "in %(counted)s items with up to %(ac)s nonconforming.") % told,
    ]  # fmt: skip
    counted, accepted = (
        sampling.operating_characteristic(plan, steps).pa,
        sampling.acceptance_by_variables(found.plan, steps),
    )
    rows = [
        [f"{100 * p:.6g} %", f"{100 * a:.1f} %", f"{100 * b:.1f} %"]
        for p, a, b in zip(steps, counted, accepted, strict=True)
    ]
    table = Table(_("Lots accepted"), [_("Nonconforming"), _("By counting"), _("By measuring")], rows)
    return Answer(
        _("Variables plan that matches an attribute plan"),
        words,
        [_("A measured value tells more than good or not, so fewer items are needed.")],
        {"plan": found},
        [table],
        [_curve(_("Operating characteristic"), grid, 100 * np.asarray(measured), _("% of lots accepted"))],
        [_("Only where single values are normally distributed; look at their shape first.")],
    )


ANSWERS = {"sequential": _sequential, "skip_lot": _skip_lot, "continuous": _continuous, "match": _match}


def _qualities(plan: AttributePlan) -> np.ndarray:
    """Shares nonconforming from none to where hardly any lot is accepted."""
    return np.linspace(0.0, sampling.quality_at(plan, 0.005), POINTS)


def _curve(
    title: str, p: np.ndarray, y: np.ndarray, up: str, marks: Sequence[tuple[float, float]] = (), most: float | None = 100.0
) -> Picture:  # fmt: skip
    shown = [(100 * share, 100 * value) for share, value in marks]
    picture = drawing.curve(
        100 * np.asarray(p), np.asarray(y), title=title, across=_("% nonconforming"), up=up, marks=shown, most=most
    )
    return Picture(title, picture)
