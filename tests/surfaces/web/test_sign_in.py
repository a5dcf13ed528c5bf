"""The door: signing in and out, lock-out, the first administrator."""

from django.test import Client

from hoshin.kernel.access import identity
from hoshin.kernel.organization.models import Person


def enter(client, name, password, **more):
    return client.post("/sign-in", {"username": name, "password": password, **more})


def test_one_arrives_at_the_page_that_was_asked_for(cast):
    client = Client()
    asked = client.get("/deviation/?state=open&late=yes")
    door = client.get(asked["Location"])
    entered = enter(client, "ana", cast.password, next=door.context["goal"])

    assert entered["Location"] == "/deviation/?state=open&late=yes"


def test_the_door_leads_to_no_other_house(cast):
    for goal in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert enter(Client(), "ana", cast.password, next=goal)["Location"] == "/"


def test_a_wrong_name_and_a_wrong_password_read_alike(cast):
    wrong = enter(Client(), "ana", "no").content.decode()
    nobody = enter(Client(), "nobody", "no").content.decode()

    assert "is not right" in wrong
    assert "is not right" in nobody


def test_after_five_failures_the_name_is_locked_even_for_the_right_password(cast):
    client = Client()
    for _n in range(identity.TRIES):
        assert enter(client, "ana", "wrong").status_code == 422
    locked = enter(client, "ana", cast.password)

    assert (locked.status_code, "Too many failed attempts" in locked.content.decode()) == (429, True)


def test_signing_out_ends_the_session(ana):
    ana.post("/sign-out")

    assert ana.get("/")["Location"].startswith("/sign-in")


def test_a_changed_password_ends_other_sessions(cast, ana):
    other = Client()
    enter(other, "ana", cast.password)
    sent = {"password": cast.password, "new": "new battery staple horse", "again": "new battery staple horse"}
    changed = ana.post("/me/password", sent)

    assert (changed.status_code, ana.get("/me").status_code) == (302, 200)
    assert other.get("/me").status_code == 302


def test_a_password_is_not_changed_without_the_old_one(cast, ana):
    sent = {"password": "wrong", "new": "new battery staple horse", "again": "new battery staple horse"}
    refused = ana.post("/me/password", sent)

    assert refused.status_code == 422
    assert enter(Client(), "ana", cast.password).status_code == 302


FIRST = {
    "organisation": "Meridian",
    "timezone": "Europe/Vienna",
    "name": "Ada First",
    "username": "ada",
    "password": "a long first password",
}


def test_while_nobody_has_an_account_every_way_leads_to_the_beginning(db, settings, tmp_path):
    settings.HOSHIN_HOME = tmp_path
    client = Client()

    assert client.get("/", follow=True).redirect_chain[-1][0] == "/begin"


def test_the_first_administrator_needs_the_consoles_token(db, settings, tmp_path):
    settings.HOSHIN_HOME = tmp_path
    client = Client()
    refused = client.post("/begin", FIRST | {"token": "guessed"})
    first = client.post("/begin", FIRST | {"token": identity.first_token()})

    assert (refused.status_code, "not the one the console printed" in refused.content.decode()) == (422, True)
    assert (first.status_code, client.get("/people/").status_code) == (302, 200)
    assert Person.objects.count() == 1


def test_the_beginning_keeps_what_was_typed_and_says_what_is_wrong(db, settings, tmp_path):
    settings.HOSHIN_HOME = tmp_path
    page = (
        Client()
        .post("/begin", FIRST | {"token": "x", "timezone": "Mars/Olympus", "password": "short"})
        .content.decode()
    )

    assert 'value="Ada First"' in page
    assert "Mars/Olympus” is not a time zone" in page
    assert "too short" in page


def test_the_beginning_is_over_once_somebody_has_an_account(cast):
    assert Client().get("/begin")["Location"] == "/sign-in"
    assert Client().post("/begin", FIRST | {"token": "x"})["Location"] == "/sign-in"
