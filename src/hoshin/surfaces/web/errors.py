"""Pages for what went wrong, in the house's own design. Forbidden and missing answer alike."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hoshin.kernel.access.policy import PUBLIC, policy


@policy(PUBLIC)
def missing(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Not there, or not for this person: the answer does not say which."""
    return render(request, "web/errors/404.html", {"asked": request.path}, status=404)


@policy(PUBLIC)
def bad(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "web/errors/400.html", {"asked": request.path}, status=400)


@policy(PUBLIC)
def broken(request: HttpRequest) -> HttpResponse:
    """Something failed here. The page stands without the database and without anybody signed in."""
    return render(None, "web/errors/500.html", status=500)


@policy(PUBLIC)
def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: an old page, or one that was not ours."""
    return render(request, "web/errors/csrf.html", {"asked": request.path}, status=403)
