"""Lists: filters that never widen, order, pages, saved views; and search, proposals."""

import pytest

from hoshin.kernel.records import doors
from hoshin.surfaces.web.models import SavedView


@pytest.fixture
def some(cast):
    values = [
        {
            "title": f"Case {n:03}",
            "severity": ("minor", "major")[n % 2],
            "due_on": "2020-01-01" if n % 10 == 0 else None,
        }
        for n in range(60)
    ]
    return doors.create("deviation", [{k: v for k, v in row.items() if v} for row in values], by=cast.by.ana)


def total(client, query=""):
    import re

    return int(re.search(r'data-total="(\d+)"', client.get(f"/deviation/{query}").content.decode())[1])


def test_filters_narrow_and_the_total_is_what_is_shown(ana, quinn, some):
    assert total(ana) == 60
    assert total(ana, "?severity=major") == 30
    assert total(ana, "?late=yes") == 6
    assert total(ana, "?late=yes&severity=minor") == 6
    assert total(ana, "?q=case+05") == 10
    assert total(ana, "?mine=yes") == 60
    assert total(quinn, "?mine=yes") == 0
    assert total(ana, "?owner=Ana+Silva+(ana)&state=any-open") == 60
    assert total(ana, "?state=any-closed") == 0
    assert total(ana, "?due_on_from=2020-01-01&due_on_to=2020-01-01") == 6


@pytest.mark.parametrize(
    "query", ["?severity=huge", "?state=bent", "?colour=red", "?due_on_from=soon", "?late=maybe", "?unit=x"]
)
def test_a_filter_that_is_not_understood_empties_the_list_and_says_so(ana, some, query):
    answer = ana.get(f"/deviation/{query}")
    page = answer.content.decode()

    assert answer.status_code == 422
    assert 'data-total="0"' in page and 'role="alert"' in page


def test_a_list_is_ordered_and_turned_page_by_page(ana, some):
    first = ana.get("/deviation/?sort=title").content.decode()
    second = ana.get("/deviation/?sort=title&page=2").content.decode()
    back = ana.get("/deviation/?sort=-title").content.decode()

    assert "Case 000" in first and "Case 049" in first and "Case 050" not in first
    assert "Case 050" in second and "Case 059" in second and "51–60 of 60" in second
    assert back.index("Case 059") < back.index("Case 058")


def test_every_page_together_shows_every_record_once(ana, some):
    for sort in ("", "title", "-due", "severity", "owner"):
        seen = []
        for page in (1, 2):
            told = ana.get(f"/deviation/?sort={sort}&page={page}").context["page"]
            seen += [row.row.number for row in told.rows]

        assert sorted(seen) == sorted(row.number for row in some), sort


def test_a_view_is_kept_under_a_name_and_taken_away(cast, ana, quinn, some):
    ana.post("/deviation/views", {"name": "Major ones", "query": "severity=major&sort=-due"})
    page = ana.get("/deviation/").content.decode()
    view = SavedView.objects.get()

    assert '<a href="?severity=major&amp;sort=-due">Major ones</a>' in page
    assert "Major ones" not in quinn.get("/deviation/").content.decode()
    assert quinn.post(f"/deviation/views/{view.pk}/forget").status_code == 404
    ana.post(f"/deviation/views/{view.pk}/forget")
    assert not SavedView.objects.exists()


def test_a_list_of_one_site_does_not_show_the_other(cast, some):
    from .conftest import signed_in

    assert total(signed_in(cast.sol, cast)) == 0


def test_search_finds_by_word_and_opens_a_whole_number(ana, some):
    found = ana.get("/search", {"q": "Case 041"}).content.decode()
    opened = ana.get("/search", {"q": some[0].number.lower()})

    assert some[41].number in found
    assert opened["Location"] == f"/deviation/{some[0].number}/"


def test_proposals_are_few_and_only_of_what_one_sees(cast, ana, some):
    from .conftest import signed_in

    records = ana.get("/find/records", {"field": "target", "target": "case", "kinds": "deviation"}).content.decode()
    people = ana.get("/find/people", {"field": "owner", "owner": "web"}).content.decode()
    stranger = signed_in(cast.stranger, cast)

    assert records.count("<option") == 12
    assert people == '<option value="Max Weber (max)"></option>'
    assert stranger.get("/find/records", {"q": "case"}).content == b""
    assert stranger.get("/find/people", {"q": "web"}).content == b""


def test_an_export_holds_what_the_list_shows(ana, some):
    whole = b"".join(ana.get("/deviation/export.csv").streaming_content).decode("utf-8-sig").splitlines()
    late = ana.get("/deviation/export.csv?late=yes&severity=minor")
    rows = b"".join(late.streaming_content).decode("utf-8-sig").splitlines()
    excel = b"".join(ana.get("/deviation/export.xlsx").streaming_content)

    assert len(whole) - 1 == total(ana) == 60
    assert len(rows) - 1 == total(ana, "?late=yes&severity=minor") == 6
    assert late["Content-Disposition"].startswith("attachment")
    assert excel[:2] == b"PK"
    assert ana.get("/deviation/export.csv?severity=huge").status_code == 422


def test_a_list_offers_its_export_with_its_filters(ana, some):
    page = ana.get("/deviation/?severity=major").content.decode()

    assert 'href="/deviation/export.xlsx?severity=major"' in page
