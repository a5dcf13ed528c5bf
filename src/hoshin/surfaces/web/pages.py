"""What processes add to the shell: entries of the navigation, panels and figures of the first page, links on lists."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from hoshin.kernel.access.policy import INSIDERS, SIGNED_IN, Policy


@dataclass(frozen=True)
class Entry:
    """One line of the side navigation."""

    area: str | Promise
    label: str | Promise
    url_name: str
    icon: str
    policy: Policy
    order: int


# Panels of the first page with a lower order stand above one's own work.
FIRST = 50


@dataclass(frozen=True)
class HomePanel:
    """A piece of the first page: a title, a template and a function of the request that gives what it needs."""

    name: str
    title: str | Promise
    template: str
    context: Callable[[HttpRequest], dict[str, Any] | None]
    policy: Policy
    order: int
    # In the narrow column at the side, or below one's work.
    aside: bool

    @property
    def leads(self) -> bool:
        """Whether it stands above one's own work: what somebody who leads must see first."""
        return self.order < FIRST


@dataclass(frozen=True)
class Figure:
    """A key figure: a number, what it counts, and the address that opens exactly what it counts."""

    value: int | str
    label: str | Promise
    url: str
    note: str | Promise = ""
    mood: str = ""
    small: str = ""


@dataclass(frozen=True)
class Link:
    """A link that another surface puts on every list, or on every record, such as an export or a PDF."""

    label: str | Promise
    url_name: str
    icon: str


@dataclass(frozen=True)
class Action:
    """Something everybody may want to do at once, offered at the head of the first page."""

    label: str | Promise
    url: str
    icon: str


_navigation: dict[str, Entry] = {}
_actions: dict[str, Action] = {}
_home_panels: dict[str, HomePanel] = {}
_figures: list[Callable[[HttpRequest], Iterable[Figure]]] = []
_list_links: dict[str, Link] = {}
_record_links: dict[str, Link] = {}


def navigation(
    area: str | Promise,
    label: str | Promise,
    url_name: str,
    icon: str = "file-text",
    policy: Policy = INSIDERS,
    order: int = 100,
) -> Entry:
    """Put a page into the side navigation."""
    _navigation[url_name] = Entry(area, label, url_name, icon, policy, order)
    return _navigation[url_name]


def home_panel(
    name: str,
    title: str | Promise,
    template: str,
    context: Callable[[HttpRequest], dict[str, Any] | None],
    *,
    policy: Policy = INSIDERS,
    order: int = 100,
    aside: bool = True,
) -> HomePanel:
    """Put a panel on the first page; it stays away where its context is None."""
    _home_panels[name] = HomePanel(name, title, template, context, policy, order, aside)
    return _home_panels[name]


def figures(source: Callable[[HttpRequest], Iterable[Figure]]) -> Callable[[HttpRequest], Iterable[Figure]]:
    """Declare a source of key figures of the first page."""
    if source not in _figures:
        _figures.append(source)
    return source


def list_link(label: str | Promise, url_name: str, icon: str = "download") -> Link:
    """Put a link on every list; its address takes the kind, and gets the list's filters."""
    return _list_links.setdefault(url_name, Link(label, url_name, icon))


def record_link(label: str | Promise, url_name: str, icon: str = "file-text") -> Link:
    """Put a link on every record; its address takes the kind and the number."""
    return _record_links.setdefault(url_name, Link(label, url_name, icon))


def quick_action(label: str | Promise, url: str, icon: str = "plus") -> Action:
    """Offer something at the head of the first page."""
    return _actions.setdefault(url, Action(label, url, icon))


def quick_actions() -> list[Action]:
    return list(_actions.values())


def entries() -> list[Entry]:
    return sorted(_navigation.values(), key=lambda entry: entry.order)


def home_panels() -> list[HomePanel]:
    return sorted(_home_panels.values(), key=lambda panel: panel.order)


def all_figures(request: HttpRequest) -> list[Figure]:
    return [figure for source in _figures for figure in source(request)]


def list_links() -> list[Link]:
    return list(_list_links.values())


def record_links() -> list[Link]:
    return list(_record_links.values())


__all__ = [
    "INSIDERS",
    "SIGNED_IN",
    "Entry",
    "Figure",
    "HomePanel",
    "Link",
    "all_figures",
    "entries",
    "figures",
    "home_panel",
    "home_panels",
    "list_link",
    "list_links",
    "navigation",
    "quick_action",
    "quick_actions",
    "record_link",
    "record_links",
]  # fmt: skip
