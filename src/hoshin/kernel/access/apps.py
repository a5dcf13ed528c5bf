"""Access's place in Django's app registry."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "hoshin.kernel.access"
    label = "access"
    verbose_name = "Access"
