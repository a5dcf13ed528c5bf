"""Nonconformity's place in Django's app registry."""

from django.apps import AppConfig


class NonconformityConfig(AppConfig):
    name = "hoshin.processes.nonconformity"
    label = "nonconformity"
    verbose_name = "Nonconformity"

    def ready(self) -> None:
        from . import pages  # noqa: F401
