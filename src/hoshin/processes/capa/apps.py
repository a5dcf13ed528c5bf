"""CAPA's place in Django's app registry."""

from django.apps import AppConfig


class CapaConfig(AppConfig):
    name = "hoshin.processes.capa"
    label = "capa"
    verbose_name = "CAPA"

    def ready(self) -> None:
        from . import pages, reactions  # noqa: F401
