"""Tags and filters of the pages: icons, initials, addresses, due days."""

from functools import cache
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from hoshin.surfaces import statistics
from hoshin.surfaces.web import addresses, shown

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the set, inline; read once."""
    return _icon(str(name))


@cache
def _icon(name: str) -> SafeString:
    return mark_safe(lucide(name, size=None, **{"class": "icon", "aria-hidden": "true"}))


@register.filter
def initials(name: Any) -> str:
    """At most two initials of a person's name."""
    words = str(name or "").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def url_of(record: Any) -> str:
    return addresses.url_of(record)


@register.simple_tag
def due(row: Any, is_open: bool = True) -> SafeString:
    """A due day as a mark that says how much it presses."""
    words, mood = shown.due_words(row.due_on, row.due_at, is_open)
    return format_html('<span class="{}">{}</span>', mood or "nowrap", words) if words else mark_safe("")


@register.filter
def file_size(size: int) -> str:
    """A size in kB or MB."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


@register.filter
def translated(text: str) -> str:
    """A text of the statistics in the reader's language."""
    return statistics.translated(str(text or ""))


@register.filter
def sentence(words: str) -> str:
    """The words with the full stop a sentence ends with, unless they have one."""
    words = str(words).rstrip()
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."
