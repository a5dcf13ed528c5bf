"""The trail's place in Django's app registry."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrailConfig(AppConfig):
    name = "hoshin.kernel.trail"
    label = "trail"
    verbose_name = "Trail"

    def ready(self) -> None:
        from . import triggers
        from .head import begin_after_migrate
        from .schema import restate_after_migrate

        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="trail.triggers")
        post_migrate.connect(begin_after_migrate, sender=self, dispatch_uid="trail.begin")
        post_migrate.connect(restate_after_migrate, sender=self, dispatch_uid="trail.restate")
