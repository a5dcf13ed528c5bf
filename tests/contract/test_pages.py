"""Every kind has its pages, unasked: list, detail, create, edit, steps, refusals, and a fixed number of queries."""

import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from hoshin.kernel.access.rights import nobody
from hoshin.kernel.access.standing import Standing
from hoshin.kernel.records import doors, openings, registry
from hoshin.kernel.records.record import Record
from hoshin.surfaces.web.addresses import url_of
from hoshin.surfaces.web.checks import first_words, reserved
from hoshin.surfaces.web.forms.typed import Typed, typed_of
from hoshin.surfaces.web.names import Names, wanted_by
from tests.contract.kinds import every_kind
from tests.contract.values import open_one, values_for

KINDS = every_kind()
MOST_QUERIES = 12
BASELINES = Path(__file__).parent / "page_queries.json"
# The only addresses that answer somebody who has not signed in.
PUBLIC = {"sign-in", "begin", "health"}


def signed_in(person, cast) -> Client:
    client = Client()
    client.post(reverse("sign-in"), {"username": person.username, "password": cast.password})
    return client


def form_data(typed: Typed) -> dict[str, str]:
    """What a browser would send of a form."""
    data = dict(typed.values)
    for part, lines in typed.lines.items():
        for index, line in enumerate(lines):
            data |= {f"{part}-{index}-{name}": text for name, text in line.values.items()}
            data |= {f"{part}-{index}-uid": line.uid, f"{part}-{index}-depth": str(line.depth)}
    return data


def as_typed(row, cast) -> dict[str, str]:
    fields, standing = row.spec.editable_fields, Standing(cast.quinn)
    return form_data(typed_of(fields, row, Names(standing, wanted_by(fields, [row]))))


@pytest.fixture
def quinn(cast):
    return signed_in(cast.quinn, cast)


@pytest.fixture(params=KINDS)
def spec(request):
    return registry.get(request.param)


def test_the_list_shows_a_record_with_a_link(spec, cast, quinn):
    row = open_one(spec, cast)
    page = quinn.get(f"/{spec.slug}/").content.decode()

    assert f'href="{url_of(row)}"' in page and row.number in page


def test_the_detail_shows_number_title_and_every_field(spec, cast, quinn):
    row = open_one(spec, cast)
    page = quinn.get(url_of(row)).content.decode()
    missing = [str(f.label) for f in spec.fields if str(f.label) not in page and f.visible_to is None]

    assert row.number in page and missing == []


def test_create_asks_for_every_field_a_person_may_write(spec, cast):
    if spec.create_by.words == nobody().words:
        pytest.skip(f"{spec.label} is opened by the system alone")
    opener = next(client for client in openers(cast) if client.get(f"/{spec.slug}/new").status_code == 200)
    page = opener.get(f"/{spec.slug}/new").content.decode()
    absent = [f.name for f in spec.editable_fields if f'id="id_{f.name}"' not in page]

    assert absent == []


def openers(cast):
    return (signed_in(person, cast) for person in (cast.quinn, cast.pat, cast.ana, cast.adi, cast.ed))


def test_what_create_sends_opens_a_record(spec, cast):
    example = open_one(spec, cast)
    data = as_typed(example, cast) | {"unit": str(cast.north.uid)}
    for name in list(data):
        if name.endswith("-uid"):
            data[name] = ""
    opener = next((client for client in openers(cast) if client.get(f"/{spec.slug}/new").status_code == 200), None)
    if opener is None:
        pytest.skip(f"{spec.label} is opened by the system alone")
    answer = opener.post(f"/{spec.slug}/new", data)

    assert answer.status_code in (302, 422), answer.content
    if answer.status_code == 302:
        assert Record.objects.filter(kind=spec.name, title=example.title).count() == 2


def test_create_without_anything_says_what_is_needed_and_opens_nothing(spec, cast):
    opener = next((client for client in openers(cast) if client.get(f"/{spec.slug}/new").status_code == 200), None)
    if opener is None:
        pytest.skip(f"{spec.label} is opened by the system alone")
    answer = opener.post(f"/{spec.slug}/new", {"title": ""})

    assert answer.status_code == 422 and 'href="#id_title"' in answer.content.decode()
    assert not Record.objects.filter(kind=spec.name).exists()


def test_edit_shows_what_is_there_and_saving_it_unchanged_changes_nothing(spec, cast, quinn):
    row = open_one(spec, cast)
    if not spec.edit_by.allows(Standing(cast.quinn), row):
        pytest.skip(f"a quality manager does not change a {spec.label}")
    answer = quinn.get(f"{url_of(row)}edit")
    if answer.status_code == 302:
        pytest.skip(f"a new {spec.label} is closed at once")
    revision = Record.objects.get(pk=row.pk).revision
    saved = quinn.post(f"{url_of(row)}edit", as_typed(row, cast) | {"revision": str(revision)})

    assert (answer.status_code, saved.status_code) == (200, 302)
    assert Record.objects.get(pk=row.pk).revision == revision


def test_every_step_that_leaves_the_first_state_has_its_page(spec, cast):
    row = open_one(spec, cast)
    for transition in spec.workflow.leaving(row.state):
        if transition.hidden:
            continue
        answers = {client.get(f"{url_of(row)}step/{transition.name}").status_code for client in openers(cast)}

        assert answers <= {200, 404} and (200 in answers or not transition.by.roles), transition.name


def test_without_right_every_page_of_a_record_is_missing(spec, cast):
    row = open_one(spec, cast)
    stranger = signed_in(cast.stranger, cast)
    steps = [f"step/{t.name}" for t in spec.workflow.transitions]
    pages = ["", "edit", "void", "history", "link", "tasks/new", *steps]
    answers = {page: stranger.get(url_of(row) + page).status_code for page in pages}

    assert set(answers.values()) == {404}
    assert stranger.get(f"/{spec.slug}/new").status_code == 404
    assert row.number not in stranger.get(f"/{spec.slug}/").content.decode()


def test_forbidden_and_missing_look_alike(spec, cast):
    row = open_one(spec, cast)
    stranger = signed_in(cast.stranger, cast)
    forbidden = stranger.get(url_of(row)).content.decode().replace(row.number, "X")
    missing = stranger.get(f"/{spec.slug}/NONE-0000/").content.decode().replace("NONE-0000", "X")

    assert forbidden == missing


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_a_list_takes_at_most_twelve_queries_however_many_rows(spec, cast, quinn):
    baseline = json.loads(BASELINES.read_text())["list"]
    for _n in range(2):  # the second one may refer to the first
        open_one(spec, cast)
    quinn.get(f"/{spec.slug}/")
    few = queries_of(quinn, f"/{spec.slug}/")
    doors.create(spec, [{**values_for(spec, cast), "title": f"Number {n}"} for n in range(25)], by=cast.system)
    many = queries_of(quinn, f"/{spec.slug}/")

    assert few == many <= MOST_QUERIES
    assert many <= baseline, f"{spec.name}: {many} queries; the baseline in {BASELINES.name} is {baseline}"


def test_a_detail_takes_no_more_queries_with_more_lines(spec, cast, quinn):
    baseline = json.loads(BASELINES.read_text())["detail"]
    row = open_one(spec, cast)
    offered = [
        opening for opening in openings.every() if opening.source == spec.name
    ]  # each may ask whether it is needed
    quinn.get(url_of(row))

    assert queries_of(quinn, url_of(row)) <= baseline + 8 * len(spec.panels) + len(offered)


def test_figures_equal_what_they_open(cast, quinn):
    for name in KINDS:
        for number in range(3):
            open_one(
                registry.get(name),
                cast,
                owner=str(cast.quinn.uid),
                priority=number + 1,
                due_on=f"2026-0{number + 1}-01",
            )
    page = quinn.get("/").content.decode()
    figures = re.findall(r'href="([^"]+)" data-count="(\d+)"', page)
    opened = {}
    for url, count in figures:
        answer = quinn.get(url.replace("&amp;", "&")).content.decode()
        opened[url] = (int(count), int(re.search(r'data-total="(\d+)"', answer)[1]))

    assert len(figures) >= 4
    assert {url: pair for url, pair in opened.items() if pair[0] != pair[1]} == {}


def routes(patterns=None, before=""):
    """Every address of the house with its pattern."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern), pattern
        else:
            yield from routes(pattern.url_patterns, before + str(pattern.pattern))


def test_every_route_declares_its_policy():
    bare = [route for route, pattern in routes() if getattr(pattern.callback, "policy", None) is None]

    assert bare == []


def test_only_the_named_routes_are_public():
    public = {pattern.name for _route, pattern in routes() if pattern.callback.policy.public}

    assert public == PUBLIC


def example_of(route: str, row) -> str:
    """An address of a route, with a real record where it takes one."""
    known = {"kind": row.spec.slug, "number": row.number, "step": row.spec.workflow.transitions[0].name}

    def fill(found: re.Match) -> str:
        converter, name = found["converter"] or "str", found["name"]
        return known.get(name, {"uuid": str(row.uid), "int": "1"}.get(converter, "x"))

    plain = re.sub(r"\^|\\Z|\$|\\", "", route)
    return "/" + re.sub(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>", fill, plain)


def test_nobody_without_an_account_gets_further_than_the_door(cast):
    row = open_one(registry.get("deviation"), cast)
    client, wrong = Client(), {}
    for route, pattern in routes():
        if pattern.callback.policy.public:
            continue
        for method in (client.get, client.post):
            answer = method(example_of(route, row))
            if not (
                answer.status_code == 401 or (answer.status_code == 302 and answer["Location"].startswith("/sign-in"))
            ):
                wrong[route] = answer.status_code

    assert wrong == {}


def test_no_kind_takes_the_address_of_another_page():
    clash = {spec.slug for spec in registry.every()} & reserved()

    assert clash == set()
    assert {"people", "tasks", "search"} <= {word for word, _owner in first_words(get_resolver().url_patterns)}
