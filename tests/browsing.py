"""A real browser on a running house; skipped with a word where Chromium is missing."""

import os
from pathlib import Path

import pytest
from django.db import connection

from hoshin.kernel.trail.triggers import trigger_names

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "chromium" in item.fixturenames:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for each process of the run: two would fight over its event loop."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    # Playwright's own event loop makes Django believe that a view runs asynchronously.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """Somebody of the cast at a browser; what the console complains of is kept."""

    def __init__(self, browser, url, person, password, **options):
        self.url, self.complaints = url, []
        self.context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 800}, **options)
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto("/sign-in")
        self.page.fill("#id_username", person.username)
        self.page.fill("#id_password", password)
        self.page.click("button.primary")
        self.page.wait_for_url(url + "/")

    def close(self):
        self.context.close()


@pytest.fixture
def visit(chromium, transactional_db, live_server, cast):
    """Open a browser as somebody of the cast."""
    opened = []

    def come(name="ana", **options):
        visitor = Visitor(chromium, live_server.url, getattr(cast, name), cast.password, **options)
        opened.append(visitor)
        return visitor

    yield come
    for visitor in opened:
        visitor.close()
    lift_guards()


def lift_guards() -> None:
    """The flush after a test empties the ledger, which its guards refuse; migrate's signal puts them back."""
    with connection.cursor() as cursor:
        for name in trigger_names(connection.vendor):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
