"""Addresses of sampling plans' own pages, and of plans for programs."""

from django.urls import path

from . import api, pages

urlpatterns = [
    path("sampling-plan/<str:number>/lot", pages.lot, name="sampling-lot"),
    path("sampling-plan/<str:number>/plan.pdf", pages.report, name="sampling-report"),
    path("api/sampling/<str:number>", api.plan, name="api-sampling-plan"),
    path("api/sampling/<str:number>/lots", api.lots, name="api-sampling-lots"),
]
