"""Addresses of papers."""

from django.urls import path

from . import pages

urlpatterns = [path("<kind:kind>/<str:number>/record.pdf", pages.record_as_pdf, name="record-pdf")]
