"""References in forms: people and records are typed as text and found again by it, never chosen from a list of all."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.organization.models import Person
from hoshin.kernel.organization.names import normalised
from hoshin.kernel.records.field_types import PERSON, RECORD
from hoshin.kernel.records.fields import FieldSpec
from hoshin.kernel.records.record import Record
from hoshin.surfaces.web.names import person_text, record_text

FEW = 12


@dataclass
class Found:
    """What the texts of a form were found to mean, and what is wrong with the others."""

    uids: dict[tuple[str, str], UUID] = field(default_factory=dict)
    problems: dict[tuple[str, str], str] = field(default_factory=dict)


def uid_in(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) in (32, 36) else None
    except ValueError:
        return None


def find(asked: Iterable[tuple[FieldSpec, str]], standing: Standing) -> Found:
    """Find what each text refers to, in two queries."""
    found = Found()
    asked = [(spec, text) for spec, text in asked if text]
    people = {text for spec, text in asked if spec.type is PERSON}
    records = {text for spec, text in asked if spec.type is RECORD}
    if people:
        _find_people(people, found)
    if records:
        _find_records(records, standing, found)
    return found


def username_in(text: str) -> str:
    """The user name of “Name (user name)”, or the text itself."""
    return normalised(text.rpartition("(")[2][:-1] if text.endswith(")") else text)


def _find_people(texts: set[str], found: Found) -> None:
    usernames = {text: username_in(text) for text in texts}
    uids = {text: uid for text in texts if (uid := uid_in(text))}
    matching = Q(username__in=usernames.values()) | Q(name__in=texts) | Q(uid__in=uids.values())
    people = list(Person.objects.filter(matching))
    for text in texts:
        those = [p for p in people if p.username == usernames[text] or p.uid == uids.get(text)]
        those = those or [p for p in people if p.name == text]
        if len(those) == 1:
            found.uids[PERSON.name, text] = those[0].uid
        elif those:
            several = ", ".join(person_text(p) for p in those)
            found.problems[PERSON.name, text] = _("“%(text)s” is one of several people: %(several)s.") % {
                "text": text,
                "several": several,
            }
        else:
            found.problems[PERSON.name, text] = _(
                "There is nobody called “%(text)s”; type some letters of a name and take one of the proposals."
            ) % {"text": text}


def _find_records(texts: set[str], standing: Standing, found: Found) -> None:
    numbers = {text: text.split()[0].upper() for text in texts}
    uids = {text: uid for text in texts if (uid := uid_in(text))}
    matching = Q(number__in=numbers.values()) | Q(uid__in=uids.values())
    records = list(Record.objects.filter(matching, visible(standing)).only("uid", "number"))
    for text in texts:
        for record in records:
            if record.number == numbers[text] or record.uid == uids.get(text):
                found.uids[RECORD.name, text] = record.uid
        if (RECORD.name, text) not in found.uids:
            found.problems[RECORD.name, text] = _(
                "There is no record “%(text)s”; type some letters of a number or a title and take one of the proposals."
            ) % {"text": text}


def people_like(text: str) -> list[str]:
    """Open accounts whose name or user name holds the text."""
    rows = Person.objects.filter(Q(name__icontains=text) | Q(username__icontains=text), active=True)
    return [person_text(person) for person in rows.order_by("name")[:FEW]]


def records_like(text: str, kinds: Iterable[str], standing: Standing) -> list[str]:
    """Visible records whose number begins with the text or whose title holds it, the newest first."""
    rows = Record.objects.filter(visible(standing), Q(number__istartswith=text) | Q(title__icontains=text))
    kinds = list(kinds)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return [record_text(record) for record in rows.order_by("-id").only("number", "title")[:FEW]]
