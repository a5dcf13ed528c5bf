"""The papers' place in Django's app registry."""

from django.apps import AppConfig


class PdfConfig(AppConfig):
    name = "hoshin.surfaces.pdf"
    label = "pdf"
    verbose_name = "Papers"
