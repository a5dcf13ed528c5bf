"""Reporting a problem is one press away from the first page."""

from django.utils.translation import gettext_lazy as _

from hoshin.surfaces.web.pages import quick_action

quick_action(_("Report a problem"), "/nonconformity/new", "triangle-alert")
