"""Addresses of the assistants, of kept analyses on paper, and of both for programs."""

from django.urls import path

from . import api, pages

urlpatterns = [
    path("assistants/", pages.assistants, name="analysis-assistants"),
    path("assistants/<slug:name>/", pages.assistant, name="analysis-assistant"),
    path("analysis/<str:number>/analysis.pdf", pages.report, name="analysis-report"),
    path("characteristic/<str:number>/capability.pdf", pages.capability_report, name="analysis-capability"),
    path("api/assistants/<slug:name>", api.assistant, name="api-analysis-assistant"),
    path("api/analysis/<str:number>/result", api.analysis, name="api-analysis-result"),
]
