"""Proving who somebody is: signing in, the proof at the moment of signing, tokens, lock-out, the first administrator."""

import hashlib
import hmac
import os
import secrets
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext as _

from hoshin.kernel.organization import doors as organization
from hoshin.kernel.organization.actors import acting, is_themselves
from hoshin.kernel.organization.models import Person, Unit
from hoshin.kernel.organization.names import normalised
from hoshin.kernel.trail import clock
from hoshin.kernel.trail.actors import Actor, system
from hoshin.kernel.trail.unit import unit_of_work

from .models import SignInAttempt, Token
from .standing import standing_of

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)


class NotProved(PermissionError):
    """The identity was not proved; the message never says whether the name or the password was wrong."""


class Locked(NotProved):
    """Too many failed attempts on this name; it stays locked for a while."""


def prove(username: str, password: str, address: str = "") -> Person:
    """The person whose name and password these are. Failures are counted, the sixth finds the name locked."""
    name = normalised(username)
    since = clock.now() - LOCKED_FOR
    if SignInAttempt.objects.filter(username=name, at__gt=since).count() >= TRIES:
        raise Locked(
            _("Too many failed attempts. Try again in %(minutes)s minutes.") % {"minutes": LOCKED_FOR.seconds // 60}
        )
    person = Person.objects.filter(username=name).first()
    if person is None:
        make_password(password)  # as slow as a real check, so that names cannot be found by the clock
    elif person.active and person.has_usable_password() and check_password(password, person.password):
        SignInAttempt.objects.filter(username=name).delete()
        return person
    SignInAttempt.objects.create(username=name, address=address, at=clock.now())
    if SignInAttempt.objects.filter(username=name, at__gt=since).count() == TRIES:
        _tell("sign-in.locked", person, address)
    raise NotProved(_("The user name or the password is not right."))


def signed_in(person: Person, address: str) -> None:
    """Write down that a person signed in."""
    _tell("sign-in.succeeded", person, address)


def signed_out(person: Person) -> None:
    _tell("sign-in.ended", person, "")


def _tell(action: str, person: Person | None, address: str) -> None:
    with unit_of_work() as work:
        by = acting(person) if person else system("sign-in")
        subject = person.uid if person else Unit.objects.filter(parent=None).values_list("uid", flat=True).first()
        if subject is not None:
            detail = {"address": hashlib.sha256(address.encode()).hexdigest()[:16]} if address else None
            work.tell(action, "person", subject, by=by, detail=detail)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def give_token(person: Person, name: str, *, by: Actor, days: int = 365, reads_only: bool = False) -> str:
    """Make a token for a program; the secret is shown this once."""
    if not by.is_system and not is_themselves(by, person):
        raise NotProved(_("A token is made by the person it acts for."))
    secret = f"hoshin_{secrets.token_urlsafe(32)}"
    at = clock.now()
    token = Token(
        person=person,
        name=name,
        digest=digest_of(secret),
        since=at,
        until=at + timedelta(days=days),
        reads_only=reads_only,
    )
    with unit_of_work() as work:
        work.add([token], "token.given", by=by)
    return secret


def end_token(token: Token, *, by: Actor) -> None:
    """Take a token's power at once: its person, or an administrator."""
    if not by.is_system and not is_themselves(by, token.person) and not standing_of(by).holds("administrator"):
        raise NotProved(_("A token is ended by the person it acts for, or by an administrator."))
    with unit_of_work() as work:
        work.fresh(token)
        token.until = min(token.until or clock.now(), clock.now())
        work.change([token], ["until"], "token.ended", by=by)


def token_of(secret: str) -> Token | None:
    """The valid token of a secret, or None."""
    found = Token.objects.valid().select_related("person").filter(digest=digest_of(secret)).first()
    return found if found and found.person.active else None


def first_token_file() -> Path:
    return Path(settings.HOSHIN_HOME) / "first-administrator.token"


def first_token() -> str | None:
    """The token the console prints while nobody has an account; None afterwards."""
    file = first_token_file()
    if Person.objects.exists():
        file.unlink(missing_ok=True)
        return None
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_urlsafe(18))
    return file.read_text().strip()


def make_first_administrator(
    token: str, *, organisation: str, timezone: str, username: str, name: str, password: str
) -> Person:
    """Open the first account and the organisation's root unit. Works once, and only with the console's token."""
    expected = first_token()
    if expected is None or not hmac.compare_digest(expected, token.strip()):
        raise NotProved(_("The token is not the one the console printed."))
    by = system("set-up")
    with unit_of_work():
        root = Unit(name=organisation, code="ORG", sort=Unit.Sort.ORGANISATION, timezone=timezone)
        organization.add_units([root], by=by)
        person = Person(username=username, name=name, unit=root)
        organization.add_people([(person, password)], by=by)
        for role in ("administrator", "quality manager"):
            organization.grant(person, role, root, by=by)
    first_token_file().unlink(missing_ok=True)
    return person
