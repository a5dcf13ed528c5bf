"""The interactions' place in Django's app registry."""

from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    name = "hoshin.interactions"
    label = "interactions"
    verbose_name = "Interactions"

    def ready(self) -> None:
        from . import loop, overview  # noqa: F401
