"""The addresses of the pages; those of records are the same for every kind."""

from django.urls import path

from . import drafting, home, me, organization, proposals, register, search, sign_in, writing
from .listing import exporting
from .listing import views as listing
from .record import comments, files, links, page, steps, tasks

urlpatterns = [
    path("", home.home, name="home"),
    path("health", home.health, name="health"),
    path("begin", sign_in.begin, name="begin"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("me", me.me, name="me"),
    path("me/password", me.change_password, name="change-password"),
    path("me/tokens", me.make_token, name="make-token"),
    path("me/tokens/<uuid:uid>/end", me.end_token, name="end-token"),
    path("search", search.search, name="search"),
    path("tasks/", register.register, name="task-register"),
    path("drafts", drafting.keep, name="drafts"),
    path("drafts/discard", drafting.discard, name="discard-draft"),
    path("find/people", proposals.people, name="find-people"),
    path("find/records", proposals.records, name="find-records"),
    path("people/", organization.people, name="people"),
    path("people/new", organization.add_person, name="add-person"),
    path("people/<uuid:uid>/", organization.person, name="person"),
    path("people/<uuid:uid>/roles", organization.give_role, name="give-role"),
    path("people/<uuid:uid>/roles/<uuid:grant>/end", organization.end_role, name="end-role"),
    path("people/<uuid:uid>/account", organization.close_account, name="close-account"),
    path("people/<uuid:uid>/password", organization.set_password, name="set-password"),
    path("units/", organization.units, name="units"),
    path("<kind:kind>/", listing.records, name="records"),
    path("<kind:kind>/new", writing.create, name="create"),
    path("<kind:kind>/export.xlsx", exporting.export_list, {"format": "xlsx"}, name="export-xlsx"),
    path("<kind:kind>/export.csv", exporting.export_list, {"format": "csv"}, name="export-csv"),
    path("<kind:kind>/views", listing.save_view, name="save-view"),
    path("<kind:kind>/views/<int:view>/forget", listing.forget_view, name="forget-view"),
    path("<kind:kind>/<str:number>/", page.detail, name="record"),
    path("<kind:kind>/<str:number>/history", page.whole_history, name="history"),
    path("<kind:kind>/<str:number>/edit", writing.edit, name="edit"),
    path("<kind:kind>/<str:number>/step/<str:step>", steps.step, name="step"),
    path("<kind:kind>/<str:number>/sign/<str:step>", steps.seat, name="seat"),
    path("<kind:kind>/<str:number>/void", steps.void, name="void"),
    path("<kind:kind>/<str:number>/comments", comments.add, name="comment"),
    path("<kind:kind>/<str:number>/files", files.add, name="attach"),
    path("<kind:kind>/<str:number>/files/<int:key>", files.download, name="file"),
    path("<kind:kind>/<str:number>/files/<int:key>/remove", files.remove, name="detach"),
    path("<kind:kind>/<str:number>/link", links.add, name="link"),
    path("<kind:kind>/<str:number>/unlink/<uuid:uid>", links.end, name="unlink"),
    path("<kind:kind>/<str:number>/tasks/new", tasks.give, name="give-task"),
    path("<kind:kind>/<str:number>/tasks/<uuid:uid>", tasks.task, name="task"),
]
