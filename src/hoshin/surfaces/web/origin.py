"""Opening a record from another: what is prefilled, and the link left behind, as interactions/ declare it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records import doors, openings, registry
from hoshin.kernel.records.kinds import KindSpec
from hoshin.kernel.records.openings import Opening

from .addresses import url_of, visible_records
from .forms.references import uid_in
from .forms.typed import text_of
from .names import REFERENCES, Names


@dataclass(frozen=True)
class Origin:
    """The record somebody opens another from, and by which opening."""

    source: Any
    opening: Opening

    @property
    def url(self) -> str:
        return url_of(self.source)

    @property
    def draft_name(self) -> str:
        return f"open:{self.source.uid}:{self.opening.target}"

    def preset(self, spec: KindSpec, standing: Standing) -> dict[str, str]:
        """The prefilled values as the form's controls hold them."""
        values = {name: spec.by_name[name].parse(value) for name, value in self.opening.prefill(self.source).items()}
        wanted = {kind: {v for n, v in values.items() if spec.by_name[n].type is kind} for kind in REFERENCES}
        names = Names(standing, wanted)
        return {name: text_of(spec.by_name[name], value, names) for name, value in values.items()}

    def open(self, draft: doors.Draft, by: Any) -> Any:
        return openings.open_from(self.source, self.opening, draft, by=by)


def origin_of(request: HttpRequest, spec: KindSpec, sent: Mapping[str, str]) -> Origin | None:
    """What the address or the form says the record is opened from; nothing where that is not to be seen."""
    uid = uid_in(sent.get("source", ""))
    source = registry.find(uid, visible_records(request)) if uid else None
    if source is None:
        return None
    known = {opening.target: opening for opening in openings.openings_for(source, request.standing)}
    return Origin(source, known[spec.name]) if spec.name in known else None


@dataclass(frozen=True)
class Offer:
    """A button on a record that opens another."""

    label: str | Promise
    url: str


def offers(row: Any, standing: Standing) -> list[Offer]:
    """What this person may open from this record."""
    return [
        Offer(opening.label, f"{reverse('create', args=[registry.get(opening.target)])}?source={row.uid}")
        for opening in openings.openings_for(row, standing)
    ]
