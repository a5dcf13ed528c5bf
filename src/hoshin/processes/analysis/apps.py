"""The process's place in Django's app registry."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "hoshin.processes.analysis"
    label = "analysis"
    verbose_name = "Analysis"

    def ready(self) -> None:
        from . import panels, verification  # noqa: F401
