"""The process's place in Django's app registry."""

from django.apps import AppConfig


class MsaConfig(AppConfig):
    name = "hoshin.processes.msa"
    label = "msa"
    verbose_name = "Measurement system analysis"

    def ready(self) -> None:
        from . import panels, reactions, verification  # noqa: F401
