"""The demonstration is what its documentation says: believable, with planted signals only, work for everybody, and provable."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from hoshin.kernel.access import identity
from hoshin.kernel.access.standing import Standing
from hoshin.kernel.access.visibility import visible
from hoshin.kernel.organization.models import Person
from hoshin.kernel.records import registry
from hoshin.kernel.records.record import Record
from hoshin.kernel.records.signatures import Signature
from hoshin.kernel.records.tasks import Task
from hoshin.kernel.records.work import my_work
from hoshin.kernel.trail.models import CheckpointRow, Entry, Head
from hoshin.kernel.trail.verify import verify
from hoshin.processes.spc.readings import reading_of
from hoshin.server.demo import cast, texts
from hoshin.server.demo.build import NotBuilt, build_demo, check_may_build
from hoshin.server.demo.inventory import inventory, kinds, states
from hoshin.server.demo.properties import PROPERTIES, QUIET, SIGNALLING
from hoshin.server.demo.workdays import DAYS_A_WEEK, Workdays
from hoshin.stats.capability import normal

pytestmark = pytest.mark.django_db
TODAY = date(2024, 6, 12)
DOCS = (Path(__file__).parents[2] / "docs" / "demo.md").read_text()


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration, built once for all tests of this page; what the build printed."""
    lines: list[str] = []
    home = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), override_settings(HOSHIN_HOME=home, HOSHIN_DEMO=True), transaction.atomic():
        Head.objects.update(origin="hoshin-demo/test")
        build_demo(today=TODAY, say=lines.append)
        yield lines
        transaction.set_rollback(True)


def rows(kind):
    return registry.get(kind).rows()


def table(heading):
    """The cells of the first table below a heading of the documentation."""
    part = DOCS.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:] if not line.startswith("|---")]


def test_the_documented_counts_are_true(said):
    documented = {what: int(number) for what, number in table("What there is")}

    assert documented == inventory()


def test_the_documented_cast_is_the_one_that_can_sign_in(said):
    documented = {user.strip("`"): (who, role) for who, user, role, _does in table("The cast")}

    assert documented == {part.username: (part.name, part.role) for part in cast.CAST}
    assert set(documented) == set(Person.objects.values_list("username", flat=True))


def test_exactly_the_planted_characteristics_have_alerts(said):
    alerted = set(rows("alert").values_list("characteristic__title", flat=True))

    assert {of.title for of in SIGNALLING} == alerted
    assert rows("alert").count() == len(SIGNALLING)


def test_the_planted_signals_are_documented():
    documented = {line[0] for line in table("Planted signals")}

    assert {of.title for of in SIGNALLING} <= documented


@pytest.mark.parametrize("of", SIGNALLING, ids=lambda of: of.code)
def test_an_alert_is_opened_in_the_weeks_where_its_signal_was_planted(said, of):
    alert = rows("alert").get(characteristic__title=of.title)
    first, last = of.signals[0]
    days = Workdays(TODAY)
    opened = days.days.index(alert.created_at.date()) / DAYS_A_WEEK

    assert first <= opened <= last + 1


def test_a_stable_process_is_not_capable_and_has_no_alert(said):
    (of,) = [of for of in QUIET if of.code == "response"]
    row = rows("characteristic").get(title=of.title)
    found = normal(reading_of(row).columns.value, usl=float(row.usl))

    assert 0.6 < found.Ppk < 1
    assert not rows("alert").filter(characteristic=row.uid).exists()


def test_no_list_is_empty(said):
    assert [spec.name for spec in kinds() if not spec.rows().exists()] == []


@pytest.mark.parametrize("kind", ["capa", "effectiveness_check", "alert", "gauge_study", "sampling_plan"])
def test_records_stand_in_every_state(said, kind):
    declared = {state.name for state in registry.get(kind).workflow.states} - {"void"}

    assert declared == set(states()[kind]) - {"void"}


def test_the_data_decide_what_the_stories_tell(said):
    told = texts.stories()
    expected = {
        "passed": sum("closed" in story and "overridden" not in story for story in told),
        "failed": sum("fails" in story for story in told),
        "overridden": sum("overridden" in story for story in told),
    }
    found = states()["effectiveness_check"]

    assert expected == {name: found[name] for name in expected}


def test_a_refuted_fix_went_back_to_the_cause(said):
    check = rows("effectiveness_check").get(state="failed")

    assert rows("capa").get(uid=check.subject_record_id).state == "open"


def test_everybody_who_can_sign_in_has_work(said):
    idle = [person.username for person in Person.objects.filter(active=True) if not my_work(Standing(person))]

    assert idle == []


def test_the_chief_executive_finds_the_four_things_that_matter(said):
    items = my_work(Standing(Person.objects.get(username="helene.aigner")))
    measures = {registry.get(item.record.kind).rows().get(pk=item.record.pk).characteristic_id for item in items}
    titles = set(rows("characteristic").filter(uid__in=[m for m in measures if m]).values_list("title", flat=True))

    assert len({item.record.pk for item in items}) == 4
    assert {of.title for of in PROPERTIES if of.code in ("solder", "zero", "response")} == titles


def test_late_work_has_gone_up_to_the_executives(said):
    records = Record.objects.filter(closed_at=None, escalation=3)

    assert 2 <= records.count() <= 12
    assert records.filter(title="Signal on Solder defects per TB-7 panel of 4 boards", priority=3).exists()
    assert Task.objects.filter(state="open", escalation=3).exists()


def test_an_outsider_sees_only_what_concerns_them(said):
    customer = Standing(Person.objects.get(username="tom.aldridge"))
    seen = Record.objects.filter(visible(customer))

    assert seen.filter(title__startswith="Northmoor Water").count() == 2
    assert 2 <= seen.count() < 12


def test_signatures_say_that_they_are_of_a_demonstration(said):
    methods = set(Signature.objects.values_list("method", flat=True))

    assert {"demonstration"} == methods


def test_a_signature_in_place_of_another_names_both(said):
    assert Signature.objects.filter(on_behalf_of__username="katharina.lindner", signer__username="rui.tavares").exists()


def test_everybody_signs_in_with_the_printed_password(said):
    assert cast.PASSWORD in "\n".join(said)
    assert identity.prove("sandra.moser", cast.PASSWORD).username == "sandra.moser"


def test_the_history_ends_before_today_in_the_order_of_time(said):
    moments = list(Entry.objects.order_by("seq").values_list("recorded_at", flat=True))

    assert sorted(moments) == moments
    assert moments[-1] < datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
    assert moments[0] < moments[-1] - timedelta(days=700)


def test_the_whole_history_verifies(said):
    report = verify()

    assert report.findings == []
    assert Head.objects.get().size == CheckpointRow.objects.order_by("-size").first().size


def test_a_demonstration_is_built_once(said):
    lines: list[str] = []

    assert not build_demo(say=lines.append)
    assert "there already" in lines[0]


def test_a_demonstration_that_was_not_finished_says_so(said):
    with pytest.raises(NotBuilt, match="not finished"):
        check_may_build(TODAY)


def test_no_text_is_filler(said):
    written = " ".join(Record.objects.values_list("title", flat=True))

    assert not re.search(r"lorem|ipsum|\{\w+\}|TODO", written, re.IGNORECASE)
