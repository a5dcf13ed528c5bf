"""Electronic signatures: identity proved anew, name, time and meaning, bound to the exact content."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from hoshin.kernel.access import identity
from hoshin.kernel.access.standing import standing_of
from hoshin.kernel.organization.models import Person
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor
from hoshin.kernel.trail.head import is_demo
from hoshin.kernel.trail.models import Regulated
from hoshin.kernel.trail.unit import Unit as Work
from hoshin.kernel.trail.unit import latest_states

from .content import content_hash, current_state
from .errors import NotSigned
from .record import Record
from .workflow import Meaning


@dataclass(frozen=True)
class Proof:
    """What a signer gives to prove who they are at the moment of signing."""

    password: str


# How the invented people of a demonstration sign their invented history.
DEMONSTRATION = "demonstration"


@dataclass(frozen=True)
class Proved:
    """An identity that was proved a moment ago; made by ``prove`` alone, but for a demonstration's history."""

    signer: Person
    method: str


class Signature(Regulated):
    """One person's signature on one revision of a record."""

    subject = "signature"
    state_fields = {
        "record": False, "revision": False, "content": False, "content_fields": False, "meaning": False, "transition": False,
        "signer": False, "on_behalf_of": False, "printed_name": True, "role": False, "signed_at": False, "zone": False,
        "method": False, "reason": True, "nonce": False,
    }  # fmt: skip

    record = models.ForeignKey(Record, models.PROTECT, to_field="uid", related_name="signatures")
    record_revision = models.PositiveIntegerField()
    content = models.CharField(max_length=64)
    content_fields = models.JSONField()
    meaning = models.CharField(max_length=20)
    transition = models.CharField(max_length=60)
    signer = models.ForeignKey(Person, models.PROTECT, to_field="uid", related_name="+")
    on_behalf_of = models.ForeignKey(Person, models.PROTECT, to_field="uid", null=True, related_name="+")
    printed_name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True)
    signed_at = models.DateTimeField()
    zone = models.CharField(max_length=60)
    method = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    nonce = models.CharField(max_length=32)

    class Meta:
        ordering = ["signed_at", "id"]

    def record_uid_of_entry(self) -> UUID:
        return self.record_id

    def state_value(self, name: str) -> Any:
        # A signature's own revision is always 1; the one it tells is the record's.
        return self.record_revision if name == "revision" else super().state_value(name)

    @property
    def meaning_label(self) -> str:
        return str(Meaning(self.meaning).label)


def prove(by: Actor, proof: Proof | Proved) -> Proved:
    """The person who really acts, proved by password now. A session alone never signs."""
    if isinstance(proof, Proved):
        return _of_a_demonstration(by, proof)
    signer = Person.objects.filter(uid=by.uid).first() if by.type == "person" else None
    if signer is None:
        raise NotSigned(_("Only a person signs."))
    try:
        if identity.prove(signer.username, proof.password) != signer:
            raise NotSigned(_("The identity was not proved."))
    except identity.NotProved as refused:
        raise NotSigned(str(refused))
    return Proved(signer, "password")


def _of_a_demonstration(by: Actor, proved: Proved) -> Proved:
    """Invented people have nothing to prove; only a ledger that says so in its origin takes their word."""
    if proved.method != DEMONSTRATION or not is_demo():
        raise NotSigned(_("Only the history of a demonstration is signed without proof; give the password."))
    if by.type != "person" or str(proved.signer.uid) != by.uid:
        raise NotSigned(_("The signer is not the one who acts."))
    return proved


def sign(
    row: Any, *, by: Actor, proved: Proved, meaning: Meaning, transition: str, reason: str = "", work: Work
) -> Signature:
    """Write one signature on the record as it stands in this unit of work."""
    covered = sorted(row.spec.workflow.transition(transition).covers) or list(row.spec.content_fields)
    standing = standing_of(by)
    unit = row.unit
    signature = Signature(
        record_id=row.uid,
        record_revision=row.revision,
        content=content_hash(current_state(row, work), covered, row.revision),
        content_fields=covered,
        meaning=meaning.value,
        transition=transition,
        signer=proved.signer,
        on_behalf_of=by.person if by.on_behalf_of else None,
        printed_name=proved.signer.name,
        role=", ".join(name for name in standing.roles if row.unit_id in standing.units([name])),
        signed_at=clock.now(),
        zone=unit.timezone if unit else "UTC",
        method=proved.method,
        reason=reason,
        nonce=secrets.token_hex(16),
    )
    work.add([signature], "signature.given", by=by)
    return signature


def still_valid(signatures: Iterable[Signature]) -> dict[UUID, bool]:
    """For each signature whether the record's content is still what was signed."""
    signatures = list(signatures)
    states = latest_states(list({signature.record_id for signature in signatures}))
    return {
        signature.uid: signature.content
        == content_hash(states[signature.record_id], signature.content_fields, signature.record_revision)
        for signature in signatures
    }
