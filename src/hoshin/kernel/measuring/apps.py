"""Measuring's place in Django's app registry."""

from django.apps import AppConfig


class MeasuringConfig(AppConfig):
    name = "hoshin.kernel.measuring"
    label = "measuring"
    verbose_name = "Measuring"

    def ready(self) -> None:
        from . import verification  # noqa: F401
