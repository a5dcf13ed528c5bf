"""The shell around every page: navigation, who is signed in, where."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from hoshin.kernel.access.policy import SIGNED_IN, holding
from hoshin.kernel.records import registry
from hoshin.kernel.trail.head import is_demo

from . import pages

ADMINISTRATORS = holding("administrator")
ORGANISATION = _("Organisation")

pages.navigation("", _("My work"), "home", "inbox", SIGNED_IN, order=0)
pages.navigation("", _("Actions"), "task-register", "list-checks", order=5)
pages.navigation(ORGANISATION, _("People"), "people", "users", ADMINISTRATORS, order=900)
pages.navigation(ORGANISATION, _("Units"), "units", "network", ADMINISTRATORS, order=901)


@dataclass
class Item:
    """One link of the side navigation."""

    label: str | Promise
    url: str
    icon: str
    current: bool


@dataclass
class Area:
    """A group of links with its title."""

    title: str
    items: list[Item]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every template: the areas of the navigation, made only where a page shows them."""
    return {
        "areas": SimpleLazyObject(lambda: areas(request)),
        "invented": SimpleLazyObject(_is_demo),
        "person": getattr(request, "person", None),
    }


@cache
def _is_demo() -> bool:
    # The origin of a ledger never changes.
    return is_demo()


def areas(request: HttpRequest) -> list[Area]:
    """What this person finds at the side: registered pages and the kinds, by area."""
    if getattr(request, "person", None) is None:
        return []
    found: dict[str, list[tuple[int, Item]]] = {}
    for entry in pages.entries():
        url = _address(entry.url_name)
        if url and entry.policy.allows(request.standing):
            found.setdefault(str(entry.area), []).append((entry.order, _item(request, entry.label, url, entry.icon)))
    if request.standing.is_inside:
        for spec in registry.every():
            if not spec.hidden:
                item = _item(request, spec.label_plural, f"/{spec.slug}/", spec.icon)
                found.setdefault(str(spec.area), []).append((spec.order, item))
    ordered = sorted(found.items(), key=lambda area: (area[0] != "", min(order for order, _i in area[1])))
    return [Area(title, [item for _o, item in sorted(items, key=lambda i: i[0])]) for title, items in ordered]


def _item(request: HttpRequest, label: str | Promise, url: str, icon: str) -> Item:
    current = request.path == url or (url != "/" and request.path.startswith(url))
    return Item(label, url, icon, current)


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
