"""The addresses of the API; each kind is reached by the same generic ones."""

from django.urls import include, path, re_path

from . import attached, docs, exchange, openapi, opened, organisation, past, records, steps, tasks
from .resource import nothing_here

ONE = "<str:kind>/<str:key>"

addresses = [
    path("openapi.json", openapi.openapi, name="api-openapi"),
    path("docs", docs.docs, name="api-docs"),
    path("kinds", organisation.kinds, name="api-kinds"),
    path("people", organisation.people, name="api-people"),
    path("units", organisation.units, name="api-units"),
    path("search", organisation.found, name="api-search"),
    path("my-work", tasks.work_list, name="api-my-work"),
    path("tasks", tasks.mine, name="api-tasks"),
    path("tasks/<uuid:uid>", tasks.task, name="api-task"),
    path("tasks/<uuid:uid>/finish", tasks.finish, name="api-task-finish"),
    path("tasks/<uuid:uid>/move", tasks.move, name="api-task-move"),
    path("tasks/<uuid:uid>/cancel", tasks.cancel, name="api-task-cancel"),
    path("<str:kind>", records.collection, name="api-records"),
    path("<str:kind>/export", exchange.export_of, name="api-export"),
    path("<str:kind>/import", exchange.import_of, name="api-import"),
    path(ONE, records.record, name="api-record"),
    path(f"{ONE}/steps", steps.steps, name="api-steps"),
    path(f"{ONE}/steps/<str:name>", steps.step, name="api-step"),
    path(f"{ONE}/seats/<str:name>", steps.seat, name="api-seat"),
    path(f"{ONE}/void", steps.void, name="api-void"),
    path(f"{ONE}/parts/<str:name>", records.part, name="api-part"),
    path(f"{ONE}/tasks", tasks.of_record, name="api-record-tasks"),
    path(f"{ONE}/comments", attached.comments_of, name="api-comments"),
    path(f"{ONE}/links", attached.links_of, name="api-links"),
    path(f"{ONE}/links/<uuid:uid>", attached.link, name="api-link"),
    path(f"{ONE}/files", attached.files, name="api-files"),
    path(f"{ONE}/files/<str:id>", attached.file, name="api-file"),
    path(f"{ONE}/openings", opened.of_record, name="api-openings"),
    path(f"{ONE}/openings/<str:target>", opened.opening, name="api-opening"),
    path(f"{ONE}/signatures", attached.signatures_of, name="api-signatures"),
    path(f"{ONE}/history", past.events, name="api-history"),
    path(f"{ONE}/as-of", past.as_of, name="api-as-of"),
    path(f"{ONE}/proof", past.proof, name="api-proof"),
    re_path(r"^.*$", nothing_here, name="api-nothing"),
]

urlpatterns = [path("api/", include(addresses))]
