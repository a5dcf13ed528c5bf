"""Root cause's place in Django's app registry."""

from django.apps import AppConfig


class RootCauseConfig(AppConfig):
    name = "hoshin.methods.root_cause"
    label = "root_cause"
    verbose_name = "Root cause"
