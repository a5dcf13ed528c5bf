"""Who a request comes from: a session's person, or the person behind a token."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, JsonResponse

from hoshin.kernel.organization.actors import acting
from hoshin.kernel.organization.models import Person
from hoshin.kernel.trail.actors import UNATTRIBUTED

from .identity import digest_of, token_of
from .standing import Standing

PERSON, PROOF = "person", "proof"


class Identify:
    """Middleware that sets ``request.person``, ``request.actor`` and ``request.standing``."""

    def __init__(self, get_response: Callable):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        person, via = self.person_of(request)
        request.person = person
        request.actor = acting(person, via=via) if person else UNATTRIBUTED
        request.standing = Standing(person)
        if via == "reading token" and request.method not in ("GET", "HEAD", "OPTIONS"):
            told = {"code": "forbidden", "message": "This token may only read.", "problems": []}
            return JsonResponse({"error": told}, status=403)
        return self.get_response(request)

    @staticmethod
    def person_of(request: HttpRequest) -> tuple[Person | None, str]:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            token = token_of(secret.strip())
            if token is None:
                return None, ""
            # A token is sent on purpose and by no browser on its own, so it needs no CSRF token beside it.
            request._dont_enforce_csrf_checks = True
            return token.person, "reading token" if token.reads_only else "token"
        known = request.session.get(PERSON)
        person = Person.objects.filter(uid=UUID(known), active=True).select_related("unit").first() if known else None
        if person is None or request.session.get(PROOF) != digest_of(person.password):
            return None, ""
        return person, "session"


def begin_session(request: HttpRequest, person: Person) -> None:
    """Sign a person in on this browser. A changed password ends every session that knew the old one."""
    request.session.cycle_key()
    request.session[PERSON] = str(person.uid)
    request.session[PROOF] = digest_of(person.password)
