"""The shell: navigation, error pages, policies of content, icons, kinds that clash with pages."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from lucide import IconDoesNotExist

import hoshin
from hoshin.kernel.records import registry
from hoshin.surfaces.web import checks, errors
from hoshin.surfaces.web.templatetags.hoshin import icon

TEMPLATES = sorted((Path(hoshin.__file__).parent / "surfaces" / "web" / "templates").rglob("*.html"))


def test_an_unknown_address_gets_the_houses_own_page(ana):
    answer = ana.get("/nothing/of/this/kind")

    assert answer.status_code == 404 and "There is nothing here for you" in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_the_houses_own_page(cast):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in", {"username": "ana", "password": cast.password})

    assert answer.status_code == 403 and "This form is too old" in answer.content.decode()


def test_the_page_of_a_failure_stands_without_the_database():
    answer = errors.broken(RequestFactory().get("/"))

    assert answer.status_code == 500 and "Something failed here" in answer.content.decode()


def test_every_page_runs_under_the_strict_policy(ana):
    policy = ana.get("/").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy and "unsafe" not in policy


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_carries_script_style_or_a_handler(template):
    text = template.read_text()
    inline = re.findall(r"<script(?![^>]*src=)[^>]*>|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", text)

    assert inline == []


def test_every_icon_named_in_a_template_exists():
    named = {name for path in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', path.read_text())}
    missing = [name for name in sorted(named) if not _exists(name)]

    assert missing == []


def _exists(name: str) -> bool:
    try:
        return bool(icon(name))
    except IconDoesNotExist:
        return False


def test_a_kind_that_takes_a_pages_address_stops_the_start():
    spec = replace(registry.get("deviation"), name="people", prefix="PPL")
    registry.register(spec)
    try:
        found = [error.id for error in checks.kinds_have_addresses_of_their_own()]
    finally:
        registry.forget("people")

    assert found == ["web.E001"]


def test_an_administrator_finds_people_and_units_at_the_side(adi, ana):
    assert 'href="/people/"' in adi.get("/").content.decode()
    assert 'href="/people/"' not in ana.get("/").content.decode()


def test_times_are_those_of_the_persons_site(cast):
    from hoshin.surfaces.web.local import zone_of

    assert zone_of(cast.sol).key == "America/Sao_Paulo"


def test_the_house_says_that_it_is_well(db):
    answer = Client().get("/health")

    assert answer.json()["status"] == "ok"
