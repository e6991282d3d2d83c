"""A tenant that lets nobody in without a second factor: on signing in, on switching, on every kind of page."""

import pytest

from accounts.models import Account
from organizations.models import Tenant
from tests.accounts.own import ASKED, SECRET, code_of, half, secret_on, sign_in, with_app

SETTING_UP = "/me/second-factor/"


@pytest.fixture
def strict(northwind: Tenant, scope: None) -> Tenant:
    """Northwind, as it lets nobody in without a second factor."""
    Tenant.objects.filter(pk=northwind.pk).update(require_mfa=True)
    return northwind


@pytest.mark.parametrize(
    "path", ["/", "/accounts/", "/accounts/export.csv", "/users/", "/history/", "/me/", "/switch/", "/receipts/"]
)
def test_nothing_of_a_strict_tenant_is_seen_before_one_is_set_up(strict: Tenant, adam: Account, path: str) -> None:
    browser = sign_in(adam.email).browser

    answer = browser.get(path)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(SETTING_UP)


def test_a_form_of_a_strict_tenant_does_nothing_before(strict: Tenant, olivia: Account, adam: Account) -> None:
    browser = sign_in(olivia.email).browser

    answer = browser.post("/accounts/disable/", {"selected": adam.pk, "confirm": 1})

    assert answer.headers["Location"].startswith(SETTING_UP)
    assert adam.refreshed().is_enabled


def test_a_part_of_a_page_leads_there_too(strict: Tenant, adam: Account) -> None:
    browser = sign_in(adam.email).browser

    answer = browser.get("/accounts/", headers={"hx-request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, SETTING_UP)


def test_setting_one_up_opens_the_tenant(strict: Tenant, adam: Account) -> None:
    browser = sign_in(adam.email).browser
    page = browser.get("/accounts/?status=enabled", follow=True)
    assert "sidebar" not in page.content.decode()
    assert "/me/app/?next=%2Faccounts%2F%3Fstatus%3Denabled" in page.content.decode()

    secret = secret_on(browser.get("/me/app/?next=/accounts/"))
    answer = browser.post("/me/app/?next=/accounts/", {"code": code_of(secret), "for_tenant": adam.tenant_id})

    assert 'href="/accounts/"' in answer.content.decode()
    assert browser.get("/accounts/").status_code == 200


def test_who_was_in_before_it_was_set_up_elsewhere_shows_it(strict: Tenant, adam: Account) -> None:
    browser = sign_in(adam.email).browser
    with_app(adam)

    asked = browser.get("/accounts/?q=a")
    assert asked.headers["Location"] == ASKED + "?next=%2Faccounts%2F%3Fq%3Da"
    assert "Northwind asks for it" in browser.get(ASKED).content.decode()
    answer = browser.post(ASKED, {"code": code_of(SECRET), "next": "/accounts/?q=a"})

    assert answer.headers["Location"] == "/accounts/?q=a"
    assert browser.get("/accounts/").status_code == 200


def test_switching_into_a_strict_tenant_asks_for_it(olivia: Account, contoso: Tenant) -> None:
    browser = sign_in(olivia.email).browser
    browser.post("/switch/", {"tenant": contoso.pk, "for_tenant": olivia.tenant_id})
    assert browser.get("/accounts/").status_code == 200
    Tenant.objects.filter(pk=olivia.tenant_id).update(require_mfa=True)

    browser.post("/switch/", {"tenant": olivia.tenant_id, "for_tenant": contoso.pk})

    assert browser.get("/accounts/").headers["Location"].startswith(SETTING_UP)
    page = browser.get(SETTING_UP).content.decode()
    assert "Work in Contoso instead" in page
    browser.post("/switch/", {"tenant": contoso.pk, "for_tenant": olivia.tenant_id})
    assert browser.get("/accounts/").status_code == 200


def test_who_showed_it_at_the_sign_in_is_not_asked_again(strict: Tenant, adam: Account) -> None:
    with_app(adam)
    browser = half(adam)

    browser.post(ASKED, {"code": code_of(SECRET)})

    assert browser.get("/accounts/").status_code == 200
    assert browser.get("/sign-in/factor/?next=/users/").headers["Location"] == "/users/"
