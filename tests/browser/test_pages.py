"""The pages in a real browser: forms with lines, signatures, drafts, both themes, phone width, the strict policy."""

import re

import pytest

from hoshin.kernel.records import doors, drafts, registry
from hoshin.kernel.records.record import Record
from hoshin.surfaces.web.addresses import url_of
from tests.contract.kinds import SUPPLIER_VISIT, every_kind
from tests.contract.values import open_one

SCREENS = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}

LONG_TITLE = "Signal on the tightening torque of the flange screws of line two, night shift, after the change of lot"


def newest():
    row = Record.objects.order_by("-pk").first()
    return registry.find(row.uid, Record.objects.all())


def test_a_record_is_opened_with_lines_and_a_person_found_by_some_letters(visit, cast):
    page = visit().page
    page.goto("/deviation/new")
    page.fill("#id_title", "Oven too cold")
    page.fill("[name=steps-0-what]", "Stopped the oven")
    page.click("[data-add-line=steps]")
    page.fill("[name=steps-1-what]", "Called maintenance")
    page.click("[data-add-line=steps]")
    page.fill("[name=steps-2-what]", "A mistake")
    page.locator("[data-line='2'] [data-remove-line]").click()
    page.locator("[data-line='1'] [data-move-line=up]").click()
    page.locator("[name=steps-0-by_whom]").press_sequentially("Web")
    option = page.locator("#id_steps-0-by_whom_list option")
    option.wait_for(state="attached")
    page.fill("[name=steps-0-by_whom]", option.get_attribute("value"))
    page.click(".form-actions button.primary")
    page.wait_for_url(re.compile(r"/deviation/DEV-"))
    row = newest()

    assert [(line["what"], line["by_whom"]) for line in row.steps] == [
        ("Called maintenance", None),
        ("Stopped the oven", cast.max.uid),
    ]


def test_a_tree_is_grown_below_its_lines(visit, cast):
    row = open_one(registry.get(SUPPLIER_VISIT["name"]), cast, causes=[])
    page = visit("quinn").page
    page.goto(f"{url_of(row)}edit")
    page.fill("[name=causes-0-cause]", "Labels wear off")
    page.locator("[data-lines=causes] [data-line='0'] [data-move-line=below]").click()
    page.fill("[name=causes-1-cause]", "Solvent dissolves them")
    page.click("[data-add-line=causes]")
    page.fill("[name=causes-2-cause]", "No rule for labels")
    page.locator("[data-lines=causes] [data-line='2'] [data-move-line=in]").click()
    page.click(".form-actions button.primary")
    page.wait_for_url(f"**{url_of(row)}")
    lines = newest().lines(row.spec.by_name["causes"].part)
    names = {line["uid"]: line["cause"] for line in lines}

    assert [(line["cause"], names.get(line["parent"])) for line in lines] == [
        ("Labels wear off", None),
        ("Solvent dissolves them", "Labels wear off"),
        ("No rule for labels", "Labels wear off"),
    ]


def test_a_step_is_signed_with_the_password(visit, cast):
    (row,) = doors.create("deviation", [{"title": "Oven too cold"}], by=cast.by.ana)
    doors.perform([row], "assess", by=cast.by.quinn, values={"severity": "minor", "impact": "None"})
    page = visit("quinn").page
    page.goto(url_of(row))
    page.click(".page-head .actions a.primary")
    page.fill("#id_reason", "All pieces were sorted")
    page.fill("#id_password", "wrong")
    page.click(".form-actions button.primary")
    page.wait_for_selector("#id_password[aria-invalid=true]")
    kept = page.input_value("#id_reason")
    page.fill("#id_password", cast.password)
    page.click(".form-actions button.primary")
    page.wait_for_url(f"**{url_of(row)}")

    assert kept == "All pieces were sorted"
    assert page.locator("#signatures .seal").inner_text() == "QM"
    assert newest().state == "closed"


def test_what_is_typed_is_kept_while_typing_and_given_back(visit, cast):
    visitor = visit()
    page = visitor.page
    page.goto("/deviation/new")
    page.fill("#id_title", "Half typed")
    page.click("[data-add-line=steps]")
    page.fill("[name=steps-1-what]", "In a line that script added")
    page.wait_for_selector("[data-draft-note]:has-text('saved')", timeout=12_000)
    page.goto("/deviation/new")
    restored = (
        page.input_value("#id_title"),
        page.locator("[data-lines=steps] [data-line] input").evaluate_all(
            "inputs => inputs.some(i => i.value === 'In a line that script added')"
        ),
    )
    notice = page.locator("[data-draft-restored]").count()
    page.click(".form-actions button.primary")
    page.wait_for_url(re.compile(r"/deviation/DEV-"))
    page.goto("/deviation/new")

    assert restored == ("Half typed", True) and notice == 1
    assert page.input_value("#id_title") == ""
    assert drafts.kept(cast.ana, "new:deviation") is None


def test_light_and_dark_change_at_a_button_and_are_remembered(visit):
    page = visit(color_scheme="light").page
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("[data-theme-toggle]")
    dark = page.evaluate(ground)
    page.goto("/tasks/")

    assert light != dark == page.evaluate(ground)


def test_the_keyboard_reaches_search_and_the_forms(visit):
    page = visit().page
    page.goto("/deviation/")
    page.keyboard.press("n")
    page.wait_for_url("**/deviation/new")
    page.goto("/deviation/")
    page.keyboard.press("/")
    page.keyboard.type("oven")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=oven")

    assert "oven" in page.locator("h1 + .under").inner_text()


def addresses(cast):
    """Every kind's pages and the others, with a record in each."""
    yield from (
        "/",
        "/tasks/",
        "/search?q=oven",
        "/me",
        "/people/",
        "/people/new",
        "/units/",
        f"/people/{cast.ana.uid}/",
    )
    for name in every_kind():
        spec = registry.get(name)
        row = open_one(spec, cast, title=LONG_TITLE)
        address = url_of(row)
        if spec.workflow is not None:
            yield from (f"{address}step/{step.name}" for step in spec.workflow.leaving(row.state))
        yield from (
            f"/{spec.slug}/",
            f"/{spec.slug}/new",
            address,
            f"{address}edit",
            f"{address}history",
            f"{address}link",
        )
        yield from (f"{address}tasks/new", f"{address}void", f"{address}?as_of=2999-01-01")


@pytest.mark.parametrize("screen", SCREENS)
def test_no_page_scrolls_sideways_or_breaks_the_policy(visit, cast, screen):
    from hoshin.kernel.organization import doors as organization

    organization.grant(cast.quinn, "administrator", cast.root, by=cast.system)
    every = list(addresses(cast))
    visitor = visit("quinn")
    page, wrong = visitor.page, []
    page.set_viewport_size(SCREENS[screen])
    for address in every:
        answer = page.goto(address)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        # A page that this person may not open answers 404, which the console calls an error.
        complaints = [c for c in visitor.complaints if not (answer.status == 404 and "404" in c)]
        visitor.complaints.clear()
        if over > 0 or complaints or answer.status not in (200, 404):
            wrong.append((address, answer.status, over, complaints))

    assert wrong == []
