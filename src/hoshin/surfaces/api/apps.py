"""The API's place in Django's app registry."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "hoshin.surfaces.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        from . import checks  # noqa: F401
