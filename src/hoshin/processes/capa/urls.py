"""Addresses of the CAPA's own pages."""

from django.urls import path

from . import pages

urlpatterns = [path("capa/<str:number>/8d.pdf", pages.eight_d_pdf, name="capa-8d")]
