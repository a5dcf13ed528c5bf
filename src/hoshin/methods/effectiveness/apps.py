"""Effectiveness's place in Django's app registry."""

from django.apps import AppConfig


class EffectivenessConfig(AppConfig):
    name = "hoshin.methods.effectiveness"
    label = "effectiveness"
    verbose_name = "Effectiveness"

    def ready(self) -> None:
        from . import pages, reactions  # noqa: F401
