"""Addresses of charts, the board, imports, and of measurements for programs."""

from django.urls import path

from . import api, board_page, import_pages, pages

urlpatterns = [
    path("board/", board_page.board, name="spc-board"),
    path("measurements/import/", import_pages.upload, name="spc-import"),
    path("measurements/import/<str:token>/", import_pages.file, name="spc-import-file"),
    path("measurements/import/<str:token>/progress", import_pages.progress, name="spc-import-progress"),
    path("measurements/batches/", import_pages.batches, name="spc-batches"),
    path("measurements/batches/<uuid:uid>/", import_pages.batch, name="spc-batch"),
    path("characteristic/<str:number>/chart", pages.chart, name="spc-chart"),
    path("characteristic/<str:number>/chart.pdf", pages.chart_as_pdf, name="spc-chart-pdf"),
    path("characteristic/<str:number>/measurements.csv", pages.measurements_as_csv, name="spc-measurements-csv"),
    path("characteristic/<str:number>/enter", pages.enter, name="spc-enter"),
    path("characteristic/<str:number>/say", pages.say, name="spc-say"),
    path("characteristic/<str:number>/baseline", pages.propose_baseline, name="spc-propose-baseline"),
    path("api/measurements", api.measurements, name="api-measurements"),
    path("api/measurements/chart", api.chart, name="api-measurements-chart"),
    path("api/measurements/statements", api.say, name="api-measurements-statements"),
    path("api/measurements/files", api.files, name="api-measurements-files"),
]
