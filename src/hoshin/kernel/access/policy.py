"""Route policies: every address declares who may open it; one that does not is refused, and a test walks them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from .standing import Standing


class NoPolicy(RuntimeError):
    """A route was added without saying who may open it."""


@dataclass(frozen=True)
class Policy:
    """Who may open a route, in words and as a question to a standing."""

    words: str
    allows: Callable[[Standing], bool]
    public: bool = False


PUBLIC = Policy("anybody", lambda standing: True, public=True)
SIGNED_IN = Policy("everybody with an account", lambda standing: standing.person is not None)
INSIDERS = Policy("everybody of the organisation", lambda standing: standing.is_inside)


def holding(*roles: str) -> Policy:
    """Whoever holds one of the roles somewhere."""
    return Policy(" / ".join(roles), lambda standing: any(standing.holds(role) for role in roles))


def policy(declared: Policy) -> Callable[[Any], Any]:
    """Declare a view's policy."""

    def mark(view: Any) -> Any:
        view.policy = declared
        return view

    return mark


class DenyByDefault:
    """Middleware that asks each route's policy before its view runs."""

    def __init__(self, get_response: Callable):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any):
        declared = getattr(view, "policy", None)
        if declared is None:
            raise NoPolicy(
                f"The route {request.path} declares no policy; decorate {view.__module__}.{view.__qualname__}."
            )
        if declared.public:
            return None
        if request.standing.person is None:
            return self.ask_to_sign_in(request)
        if not declared.allows(request.standing):
            raise PermissionDenied
        return None

    @staticmethod
    def ask_to_sign_in(request: HttpRequest):
        if request.path.startswith("/api/"):
            message = "Sign in or send a token: Authorization: Bearer …"
            return JsonResponse({"error": {"code": "unauthenticated", "message": message, "problems": []}}, status=401)
        answer = redirect(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")
        if request.headers.get("HX-Request"):
            answer.status_code, answer["HX-Redirect"] = 204, answer["Location"]
        return answer
