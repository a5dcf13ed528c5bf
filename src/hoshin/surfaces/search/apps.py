"""The search's place in Django's app registry."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "hoshin.surfaces.search"
    label = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        from . import writing  # noqa: F401
