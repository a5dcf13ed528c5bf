"""People, roles and units in the browser; tokens; what is wrong is said at its field."""

from hoshin.kernel.organization.models import Grant, Person, Unit


def test_an_administrator_adds_somebody_with_a_role_and_ends_it(cast, adi):
    sent = {"name": "Nia New", "username": "Nia", "unit": str(cast.north.uid), "password": "a long first password"}
    person = Person.objects.get(uid=adi.post("/people/new", sent)["Location"].split("/")[2])
    adi.post(f"/people/{person.uid}/roles", {"role": "auditor", "unit": str(cast.root.uid), "until": "2099-01-01"})
    given = Grant.objects.get(person=person)
    adi.post(f"/people/{person.uid}/roles/{given.uid}/end")

    assert (person.username, given.role, given.until.year) == ("nia", "auditor", 2099)
    assert not Grant.objects.valid().filter(person=person).exists()


def test_what_cannot_be_a_person_is_said_at_its_field(cast, adi):
    answer = adi.post("/people/new", {"name": "", "username": "ana", "unit": str(cast.north.uid), "password": "short"})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "This is needed." in page and "too short" in page
    assert Person.objects.filter(username="ana").count() == 1


def test_the_last_administrator_stays(cast, adi):
    given = Grant.objects.get(person=cast.adi)
    page = adi.post(f"/people/{cast.adi.uid}/roles/{given.uid}/end", follow=True).content.decode()

    assert "last administrator" in page
    assert Grant.objects.valid().filter(pk=given.pk).exists()


def test_a_closed_account_signs_in_no_more(cast, adi, ana):
    adi.post(f"/people/{cast.ana.uid}/account")

    assert ana.get("/").status_code == 302
    assert "Ana Silva" in adi.get("/people/?closed=yes").content.decode()


def test_a_unit_is_added_below_another_with_its_time_zone(cast, adi):
    adi.post("/units/", {"name": "Grinding", "code": "N-G", "sort": "department", "parent": str(cast.north.uid)})
    doubled = adi.post("/units/", {"name": "Again", "code": "N-G", "sort": "department", "parent": str(cast.north.uid)})
    unit = Unit.objects.get(code="N-G")

    assert (unit.parent, unit.timezone) == (cast.north, "Europe/Berlin")
    assert (doubled.status_code, Unit.objects.filter(code="N-G").count()) == (422, 1)


def test_a_token_is_shown_once_and_can_be_ended(cast, ana):
    made = ana.post("/me/tokens", {"name": "Line 3", "days": "30", "reads_only": "on"}).content.decode()
    later = ana.get("/me").content.decode()
    token = cast.ana.tokens.get()
    ana.post(f"/me/tokens/{token.uid}/end")

    assert "hoshin_" in made and "hoshin_" not in later and "Line 3" in later
    assert not type(token).objects.valid().exists()


def test_a_token_needs_a_name_and_a_number_of_days(ana):
    answer = ana.post("/me/tokens", {"name": "", "days": "forever"})

    assert answer.status_code == 422 and "“forever” is not a number of days" in answer.content.decode()
