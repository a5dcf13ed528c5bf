"""The closed loop: a signal opens an alert, an alert a nonconformity, a nonconformity a CAPA, a CAPA its check."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hoshin.kernel.products.models import Characteristic
from hoshin.kernel.records import attachments, registry
from hoshin.kernel.records.links import Link
from hoshin.kernel.records.openings import Opening, declare, open_from
from hoshin.kernel.records.record import Priority
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor, system
from hoshin.kernel.trail.reactions import reacts_to
from hoshin.kernel.trail.unit import Change
from hoshin.methods.effectiveness.models import EffectivenessCheck
from hoshin.processes.nonconformity.models import Severity, Source

MACHINE = system("interactions")
TITLE = 200
PRIORITY = {Severity.MINOR: Priority.NORMAL, Severity.MAJOR: Priority.HIGH, Severity.CRITICAL: Priority.CRITICAL}
# How long a nonconformity opened by a chart may wait for its containment, and a CAPA for its closing.
CONTAIN_WITHIN, CLOSE_WITHIN = timedelta(days=3), timedelta(days=90)


def given(**values: Any) -> dict[str, Any]:
    """The values that are there; what is missing is left for people to fill in."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def nonconformity_of_alert(alert: Any) -> Mapping[str, Any]:
    characteristic = Characteristic.objects.get(uid=alert.characteristic_id)
    return given(
        title=_("Signal on %(title)s") % {"title": characteristic.title},
        description=f"{alert.title}\n\n{characteristic.reaction_plan}".strip(),
        source=Source.CONTROL_CHART,
        severity=Severity.MAJOR,
        characteristic=alert.characteristic_id,
        product=characteristic.product_id,
        owner=characteristic.owner_id,
        unit=alert.unit_id,
        priority=int(Priority.HIGH),
        occurred_at=alert.occurred_at,
        due_on=(clock.now() + CONTAIN_WITHIN).date(),
    )


def capa_of_nonconformity(row: Any) -> Mapping[str, Any]:
    return given(
        title=row.title[:TITLE],
        origin=row.uid,
        problem=row.description,
        containment=row.containment,
        characteristic=row.characteristic_id,
        unit=row.unit_id,
        priority=int(PRIORITY.get(row.severity, Priority.NORMAL)),
        occurred_at=row.occurred_at,
        due_on=(clock.now() + CLOSE_WITHIN).date(),
    )


def capa_of_alert(alert: Any) -> Mapping[str, Any]:
    return given(
        title=alert.title[:TITLE],
        origin=alert.uid,
        problem=alert.title,
        characteristic=alert.characteristic_id,
        unit=alert.unit_id,
        priority=int(Priority.HIGH),
        due_on=(clock.now() + CLOSE_WITHIN).date(),
    )


def check_of_capa(row: Any) -> Mapping[str, Any]:
    """The check is prefilled with the CAPA's measure and the test that fits what is counted or measured."""
    told = given(
        title=_("Effectiveness of %(number)s") % {"number": row.number},
        subject_record=row.uid,
        unit=row.unit_id,
        owner=row.owner_id,
    )
    if row.characteristic_id is None:
        return told
    characteristic = Characteristic.objects.get(uid=row.characteristic_id)
    tests = {
        Characteristic.Sort.DEFECTIVES: EffectivenessCheck.Test.TWO_PROPORTIONS,
        Characteristic.Sort.DEFECTS: EffectivenessCheck.Test.TWO_RATES,
    }
    return told | {
        "characteristic": characteristic.uid,
        "test": str(tests.get(characteristic.sort, EffectivenessCheck.Test.TWO_MEANS)),
    }


def carry_files(source: Any, made: Any, by: Actor) -> None:
    """The chart and the data window go along, byte for byte."""
    files = attachments.Attachment.objects.filter(record=source.uid, removed=False)
    streams = [(file.name, file.path.open("rb")) for file in files]
    try:
        if streams:
            attachments.attach(made, streams, by=by)
    finally:
        for _name, stream in streams:
            stream.close()


def has_none_of(kind: str) -> Callable[[Any], bool]:
    """Whether no record of the kind follows from this one yet."""
    return lambda row: not Link.objects.filter(source=row.uid, target__kind=kind, ended=False).exists()


def awaits_a_check(row: Any) -> bool:
    """Whether no effectiveness check of the CAPA is being prepared, declared or watched."""
    return not EffectivenessCheck.objects.filter(subject_record=row.uid, closed_at=None).exists()


ALERT_NONCONFORMITY = declare(
    Opening(
        "alert", "nonconformity", gettext_lazy("Open nonconformity"), "leads_to", nonconformity_of_alert,
        when=has_none_of("nonconformity"), afterwards=carry_files,
    )
)  # fmt: skip
ALERT_CAPA = declare(
    Opening(
        "alert", "capa", gettext_lazy("Open CAPA"), "leads_to", capa_of_alert, when=has_none_of("capa"), afterwards=carry_files
    )
)  # fmt: skip
NONCONFORMITY_CAPA = declare(
    Opening(
        "nonconformity", "capa", gettext_lazy("Open CAPA"), "leads_to", capa_of_nonconformity, when=has_none_of("capa"),
        afterwards=carry_files,
    )
)  # fmt: skip
CAPA_CHECK = declare(
    Opening(
        "capa", "effectiveness_check", gettext_lazy("Declare effectiveness check"), "leads_to", check_of_capa, when=awaits_a_check
    )
)  # fmt: skip


@reacts_to("alert.attached")
def a_signal_opens_a_nonconformity(changes: Sequence[Change]) -> None:
    """By the characteristic's rule, once for each alert, when its chart and data are with it."""
    for alert in {change.row.uid: change.row for change in changes}.values():
        characteristic = Characteristic.objects.get(uid=alert.characteristic_id)
        if characteristic.opens_nonconformity and not alert.links_out.filter(target__kind="nonconformity").exists():
            open_from(registry.get("alert").rows().get(pk=alert.pk), ALERT_NONCONFORMITY, by=MACHINE)
