"""Addresses of gauge studies' own pages, and of studies for programs."""

from django.urls import path

from . import api, pages

urlpatterns = [
    path("gauge-study/<str:number>/worksheet", pages.worksheet, name="msa-worksheet"),
    path("gauge-study/<str:number>/worksheet.csv", pages.worksheet_as_csv, name="msa-worksheet-csv"),
    path("gauge-study/<str:number>/study.pdf", pages.report, name="msa-report"),
    path("api/msa/<str:number>/worksheet", api.worksheet, name="api-msa-worksheet"),
    path("api/msa/<str:number>/result", api.result, name="api-msa-result"),
]
