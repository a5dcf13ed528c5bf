"""A resource: one address, its methods, and what every one of them shares."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from hoshin.kernel.access.policy import SIGNED_IN, policy
from hoshin.kernel.records.errors import DoorRefused
from hoshin.kernel.records.expressions import ExpressionError
from hoshin.kernel.records.registry import UnknownKind

from .answers import Refused, answer_to, error

Handler = Callable[..., HttpResponse]


class CsrfInJson(CsrfViewMiddleware):
    """Django's own check, answered in the API's shape. A request with a token needs none."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        message = _("A session needs the CSRF token in X-CSRFToken (%(why)s); a program sends Authorization: Bearer.")
        return error(403, "csrf", message % {"why": reason})


def resource(**methods: Handler) -> Callable[..., HttpResponse]:
    """The view of an address: ``resource(get=read, patch=edit)``."""
    handlers = {name.upper(): handler for name, handler in methods.items()}
    if "GET" in handlers:
        handlers.setdefault("HEAD", handlers["GET"])

    @csrf_exempt
    @policy(SIGNED_IN)
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        handler = handlers.get(request.method)
        if handler is None:
            return _not_so(handlers)
        refused = CsrfInJson(lambda request: None).process_view(request, handler, (), kwargs)
        return refused or _answered(handler, request, kwargs)

    view.handlers = handlers
    return view


def _not_so(handlers: dict[str, Handler]) -> HttpResponse:
    known = ", ".join(sorted(handlers))
    answer = error(405, "method", _("This address takes %(methods)s.") % {"methods": known})
    answer["Allow"] = known
    return answer


def _answered(handler: Handler, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        return handler(request, **kwargs)
    except (Refused, DoorRefused, ExpressionError, UnknownKind) as refused:
        return answer_to(refused)
    except RequestDataTooBig:
        return error(413, "too_large", _("The request is larger than this server takes."))
    except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError) as wrong:
        return error(400, "malformed", str(wrong))


@csrf_exempt
@policy(SIGNED_IN)
def nothing_here(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """Every other address below /api/."""
    return error(404, "not_found", _("There is nothing here that you may see."))
