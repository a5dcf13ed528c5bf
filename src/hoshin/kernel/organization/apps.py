"""The organisation's place in Django's app registry."""

from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "hoshin.kernel.organization"
    label = "organization"
    verbose_name = "Organisation"

    def ready(self) -> None:
        from . import verification  # noqa: F401
