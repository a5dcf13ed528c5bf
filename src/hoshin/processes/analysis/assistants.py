"""The assistants of the house: what each asks, and the function that answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.standing import Standing

from . import (
    accepting,
    capability,
    choosing,
    comparing,
    experimenting,
    lifetime,
    over_time,
    sizing,
    together,
    uncertainty,
)
from .answers import Answer
from .forms import Ask, Inputs, Widget
from .samples import PARTS, Sample, sample_in

NAME = "name"


@dataclass(frozen=True)
class Assistant:
    """From a question to a method, its answer and why."""

    name: str
    title: str | Promise
    lead: str | Promise
    icon: str
    kinds: Sequence[tuple[str, str | Promise]]
    asks: Sequence[Ask]
    answer: Callable[[Inputs, str, Sequence[Sample]], Answer]

    def kind(self, asked: str) -> str:
        """The kind of question asked for; the first one where it is unknown."""
        return asked if asked in {kind for kind, _label in self.kinds} else self.kinds[0][0]

    def asked(self, kind: str) -> list[Ask]:
        return [ask for ask in self.asks if ask.belongs_to(kind)]

    def read(self, told: dict[str, str], kind: str, standing: Standing) -> tuple[Inputs, list[Sample]]:
        """What was answered, defaults where nothing was said at all, and the samples it names."""
        defaults = {ask.name: ask.default for ask in self.asked(kind) if ask.widget is not Widget.YES}
        told = {**defaults, **told}
        names = {ask.name for ask in self.asked(kind)}
        samples = {ask.name: ask for ask in self.asked(kind) if ask.widget is Widget.SAMPLE}
        names |= {f"{name}{part}" for name in samples for part in PARTS}
        inputs = Inputs({name: value for name, value in told.items() if name in names and value.strip()})
        found = [sample_in(inputs, name, ask.label, standing) for name, ask in samples.items()]
        return inputs, [sample for sample in found if sample is not None]


ASSISTANTS: dict[str, Assistant] = {
    one.name: one
    for one in (
        Assistant(
            "compare", _("Compare groups"), _("Before and after, machine A and B: is there a difference, how large, does it matter?"),
            "scale", comparing.KINDS, comparing.ASKS, comparing.answer,
        ),
        Assistant(
            "capability", _("Capability report"), _("Does the process keep its specification? Stability and shape are looked at first."),
            "target", capability.KINDS, capability.ASKS, capability.answer,
        ),
        Assistant(
            "chart", _("Choose a control chart"), _("A few questions, or the data themselves, say which chart and why."),
            "chart-line", choosing.KINDS, choosing.ASKS, choosing.answer,
        ),
        Assistant(
            "size", _("How many are needed"), _("The sample that will see a difference if it is there, before anything is measured."),
            "ruler", sizing.KINDS, sizing.ASKS, sizing.answer,
        ),
        Assistant(
            "experiment", _("Plan an experiment"), _("The run sheet in random order; with the responses, which factors matter."),
            "flask-conical", experimenting.KINDS, experimenting.ASKS, experimenting.answer,
        ),
        Assistant(
            "together", _("Watch several characteristics together"),
            _("Unusual combinations and small common shifts that no single chart shows."),
            "chart-network", together.KINDS, together.ASKS, together.answer,
        ),
        Assistant(
            "accept", _("Plan an inspection scheme"),
            _("Item by item, lots left out, a running line, measuring instead of counting: what it takes and lets through."),
            "package-check", accepting.KINDS, accepting.ASKS, accepting.answer,
        ),
        Assistant(
            "time", _("A figure over time"), _("Is the last value news, since when is the level another, what comes next?"),
            "chart-spline", over_time.KINDS, over_time.ASKS, over_time.answer,
        ),
        Assistant(
            "lifetime", _("How long it lasts"), _("Lives with units still working, failures of a repaired system, returns to come."),
            "hourglass", lifetime.KINDS, lifetime.ASKS, lifetime.answer,
        ),
        Assistant(
            "uncertainty", _("Uncertainty of a measurement"),
            _("From the formula and what goes into it to the result with its expanded uncertainty."),
            "sigma", uncertainty.KINDS, uncertainty.ASKS, uncertainty.answer,
        ),
    )
}  # fmt: skip
