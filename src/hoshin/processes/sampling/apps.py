"""The process's place in Django's app registry."""

from django.apps import AppConfig


class SamplingConfig(AppConfig):
    name = "hoshin.processes.sampling"
    label = "sampling"
    verbose_name = "Acceptance sampling"

    def ready(self) -> None:
        from . import panels, reactions  # noqa: F401
