"""The process's place in Django's app registry."""

from django.apps import AppConfig


class SpcConfig(AppConfig):
    name = "hoshin.processes.spc"
    label = "spc"
    verbose_name = "Statistical process control"

    def ready(self) -> None:
        from . import panels, reactions, verification  # noqa: F401
