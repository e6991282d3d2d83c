"""Sign-in links: who may open them, once, and what happens only by a form."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Identity, SignInLink, Type
from accounts.operations import NobodyToLetIn, change_type, send_link
from tests.accounts.making import form_of, link_in_mail, text_of
from tests.cast import PASSWORD, account_named, role_named


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


def test_a_new_person_chooses_name_and_password_and_signs_in(browser: Client) -> None:
    browser.post("/accounts/new/", form_of(role=role_named("Viewer").pk))
    guest, path = Client(), link_in_mail()

    opened = guest.get(path)
    assert opened.headers["Location"] == "/sign-in/link/"
    assert "Your account in Northwind" in text_of(guest.get("/sign-in/link/"))
    assert Account.objects.get(email="newt@new.example").identity is None
    weak = guest.post("/sign-in/link/", {"name": "Newt", "password": "short", "again": "short"})
    assert weak.status_code == 422
    assert "too short" in text_of(weak)
    differ = guest.post("/sign-in/link/", {"name": "Newt", "password": "a long one for me", "again": "another"})
    assert "The two passwords differ." in text_of(differ)
    done = guest.post(
        "/sign-in/link/", {"name": "Newt N", "password": "a long one for me", "again": "a long one for me"}
    )
    assert done.headers["Location"] == "/sign-in/"

    signed_in = guest.post("/sign-in/", {"login": "newt@new.example", "password": "a long one for me"})
    assert signed_in.status_code == 302
    assert guest.get("/accounts/").status_code == 200
    assert Identity.objects.get(email="newt@new.example").name == "Newt N"


def test_a_known_person_accepts_with_their_password(browser: Client) -> None:
    browser.post("/accounts/new/", form_of(email="mallory@contoso.example"))
    guest, path = Client(), link_in_mail()
    guest.get(path)

    wrong = guest.post("/sign-in/link/", {"password": "wrong wrong wrong"})
    assert wrong.status_code == 422
    assert "The password is not right." in text_of(wrong)
    guest.post("/sign-in/link/", {"password": PASSWORD})

    made = Account.objects.get(email="mallory@contoso.example")
    assert made.identity == Identity.objects.get(email="mallory@contoso.example")


def test_who_is_signed_in_as_that_person_just_accepts(browser: Client, mallory: Account, client_of: Any) -> None:
    browser.post("/accounts/new/", form_of(email="mallory@contoso.example"))
    guest = client_of(mallory)
    guest.get(link_in_mail())

    assert "password" not in guest.get("/sign-in/link/").content.decode().lower()
    guest.post("/sign-in/link/")

    assert Account.objects.get(email="mallory@contoso.example").identity == mallory.identity


def test_somebody_else_is_told_and_may_sign_out_and_go_on(browser: Client, client_of: Any) -> None:
    browser.post("/accounts/new/", form_of())
    guest, path = client_of(account_named("adam")), link_in_mail()
    guest.get(path)

    told = guest.get("/sign-in/link/")
    assert "You are signed in as adam@northwind.example. This account is for newt@new.example." in text_of(told)
    assert guest.post("/sign-in/link/").status_code == 422
    assert Account.objects.get(email="newt@new.example").identity is None
    guest.post("/sign-in/link/", {"do": "leave"})

    assert "Choose a password" in text_of(guest.get("/sign-in/link/"))


def test_a_link_works_once_and_a_new_one_replaces_it(browser: Client) -> None:
    browser.post("/accounts/new/", form_of())
    made, first = Account.objects.get(email="newt@new.example"), link_in_mail()
    browser.post(f"/accounts/{made.pk}/link/")
    second = link_in_mail()
    form = {"name": "Newt", "password": "a long one for me", "again": "a long one for me"}

    guest = Client()
    guest.get(first)
    assert guest.get("/sign-in/link/").status_code == 410
    guest.get(second)
    assert guest.post("/sign-in/link/", form).status_code == 302
    guest.get(second)
    assert guest.get("/sign-in/link/").status_code == 410


def retyped_twice(made: Account) -> None:
    """Make a service of it, and an operator again."""
    for to in (Type.SERVICE, Type.OPERATOR):
        change_type(made, by=account_named("olivia"), to=to)


@pytest.mark.parametrize(
    "ending",
    [
        lambda made: SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
        lambda made: Account.objects.filter(pk=made.pk).update(status="disabled"),
        lambda made: Account.objects.filter(pk=made.pk).update(type=Type.SERVICE),
        lambda made: Account.objects.filter(pk=made.pk).update(email="other@new.example", login="newt"),
        retyped_twice,
    ],
    ids=["expired by a second", "disabled", "a service by now", "another address", "a service for a while"],
)
def test_a_link_that_ended_says_so_and_makes_nobody(browser: Client, ending: Any) -> None:
    browser.post("/accounts/new/", form_of())
    made, guest = Account.objects.get(email="newt@new.example"), Client()
    guest.get(link_in_mail())
    ending(made)

    answer = guest.post("/sign-in/link/", {"name": "N", "password": "a long one for me", "again": "a long one for me"})

    assert answer.status_code in (409, 410)
    assert "This link has ended" in text_of(answer)
    assert not Identity.objects.filter(email="newt@new.example").exists()


def test_made_up_links_lead_nowhere(scope: None) -> None:
    guest = Client()
    for path in ("/sign-in/link/x/", "/sign-in/link/%00/", "/sign-in/link/"):
        guest.get(path)
        assert guest.get("/sign-in/link/").status_code == 410


def test_who_has_an_account_there_is_told(browser: Client) -> None:
    Account.objects.filter(pk=account_named("adam").pk).update(email="other@northwind.example")
    browser.post("/accounts/new/", form_of(email="adam@northwind.example"))
    guest = Client()
    guest.get(link_in_mail())

    answer = guest.post("/sign-in/link/", {"password": PASSWORD})

    assert answer.status_code == 409
    assert "You already have another account in this tenant." in text_of(answer)


def test_only_who_waits_for_a_person_gets_a_link(scope: None) -> None:
    for name in ("adam", "robot"):
        with pytest.raises(NobodyToLetIn):
            send_link(account_named(name), by=account_named("olivia"))
