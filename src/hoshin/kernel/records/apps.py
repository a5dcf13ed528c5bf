"""The records' place in Django's app registry."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "hoshin.kernel.records"
    label = "records"
    verbose_name = "Records"

    def ready(self) -> None:
        from . import checks, verification  # noqa: F401
