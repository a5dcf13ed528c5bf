"""The pages' place in Django's app registry."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "hoshin.surfaces.web"
    label = "web"
    verbose_name = "Pages"

    def ready(self) -> None:
        from . import checks  # noqa: F401
