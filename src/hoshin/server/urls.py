"""The addresses of the house: what processes and other surfaces have of their own, then the pages of every kind."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import include, path

WEB = "hoshin.surfaces.web"

# From the top floor down: what the API does not know as a kind it answers with "nothing here".
own = [
    path("", include(f"{config.name}.urls"))
    for config in reversed(list(apps.get_app_configs()))
    if config.name.startswith("hoshin.") and config.name != WEB and find_spec(f"{config.name}.urls") is not None
]

urlpatterns = [*own, path("", include(f"{WEB}.urls"))]

handler400 = f"{WEB}.errors.bad"
handler403 = f"{WEB}.errors.missing"
handler404 = f"{WEB}.errors.missing"
handler500 = f"{WEB}.errors.broken"
