"""The notifications' place in Django's app registry."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "hoshin.surfaces.notifications"
    label = "notifications"
    verbose_name = "Notifications"
