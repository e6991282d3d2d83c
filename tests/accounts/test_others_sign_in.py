"""What an administrator may do to another's sign-in, and what no tenant may do to a person of another one."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from accounts import guards
from accounts.models import Account, Ending, Identity, LoginSession
from accounts.operations import NoFactor, WorksElsewhere, end_sessions_of, reset_second_factor
from itam_portal.history.models import Entry
from itam_portal.mail.models import Mail, MailState
from itam_portal.refusals import NotAllowed, Refused
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests.accounts.own import deliver, person, sign_in, with_app
from tests.cast import account_named
from tests.conftest import PortalClient

Browse = Callable[[Account], PortalClient]


@pytest.fixture(autouse=True)
def _no_other_mail(scope: None) -> None:
    Mail.objects.update(state=MailState.SENT)


# --- sessions ---------------------------------------------------------------------------------------------------


def test_an_administrator_ends_anothers_sessions(
    scope: None, adam: Account, victor: Account, client_of: Browse
) -> None:
    theirs, browser = sign_in(victor.email).browser, client_of(adam)
    assert "End sessions" in browser.get(f"/accounts/{victor.pk}/").content.decode()

    answer = browser.post(f"/accounts/{victor.pk}/sessions/end/", {"reason": "Lost laptop"}, follow=True)

    assert "1 session of Victor Northwind ended." in answer.content.decode()
    assert theirs.get("/accounts/").status_code == 302
    assert LoginSession.objects.get(account=victor).ending == Ending.ENDED
    entry = Entry.objects.filter(operation="accounts.end_sessions").get()
    assert (entry.account_id, entry.actor_id, entry.reason) == (victor.pk, adam.pk, "Lost laptop")
    assert sign_in(victor.email).status_code == 302


def test_only_this_tenants_sessions_end(scope: None, olivia: Account, contoso: Tenant, mallory: Account) -> None:
    here, there = sign_in(olivia.email).browser, sign_in(olivia.email).browser
    there.post("/switch/", {"tenant": contoso.pk})
    with tenant_scope(contoso.pk):
        visiting = account_named("olivia")

        end_sessions_of(visiting, by=mallory)

    assert there.get("/accounts/").status_code == 302
    assert here.get("/accounts/").status_code == 200


@pytest.mark.parametrize(
    ("who", "whose", "refusal"),
    [
        ("adam", "olivia", Refused),
        ("adam", "adam", guards.YourOwnAccount),
        ("victor", "nina", NotAllowed),
        ("uma", "adam", Refused),
    ],
)
def test_who_may_not_change_an_account_does_not_end_its_sessions(
    scope: None, who: str, whose: str, refusal: type[Refused]
) -> None:
    theirs = sign_in(f"{whose}@northwind.example").browser if whose != "nina" else None

    with pytest.raises(refusal):
        end_sessions_of(account_named(whose), by=account_named(who))

    assert theirs is None or theirs.get("/accounts/").status_code == 200


# --- second factor ----------------------------------------------------------------------------------------------


def test_an_administrator_resets_a_lost_second_factor(
    scope: None, adam: Account, victor: Account, client_of: Browse
) -> None:
    with_app(victor)
    browser = client_of(adam)
    assert "Reset second factor" in browser.get(f"/accounts/{victor.pk}/").content.decode()

    answer = browser.post(f"/accounts/{victor.pk}/second-factor/reset/", {"reason": "Phone lost"}, follow=True)

    assert "signs in with the password alone" in answer.content.decode()
    assert person(victor).second_factor_at is None
    assert not Authenticator.objects.exists()
    assert sign_in(victor.email).headers["Location"] == "/"
    entry = Entry.objects.filter(operation="accounts.reset_second_factor").get()
    assert (entry.account_id, entry.actor_id, entry.reason) == (victor.pk, adam.pk, "Phone lost")
    assert ([victor.email], "Your second factor was reset") in [(one.to, one.subject) for one in deliver()]
    mine = client_of(victor).get("/me/").content.decode()
    assert "Reset the second factor" in mine
    assert adam.name in mine


def test_an_owner_can_do_nothing_to_the_sign_in_of_a_person_who_also_works_elsewhere(
    scope: None, olivia: Account, contoso: Tenant, mallory: Account, client_of: Browse
) -> None:
    with_app(olivia)
    before = Identity.objects.filter(pk=olivia.identity_id).values().get()
    factors = list(Authenticator.objects.order_by("pk").values())
    with tenant_scope(contoso.pk):
        visiting = account_named("olivia")
        with pytest.raises(WorksElsewhere):
            reset_second_factor(visiting, by=mallory)

    browser = client_of(mallory)
    answer = browser.post(f"/accounts/{visiting.pk}/second-factor/reset/")
    browser.post(f"/accounts/{visiting.pk}/sessions/end/")
    fields = {"name": "Olivia", "login": "olivia", "email": "evil@contoso.example", "version": visiting.version}
    browser.post(f"/accounts/{visiting.pk}/edit/", fields)
    browser.post(f"/accounts/{visiting.pk}/link/")
    browser.post("/accounts/disable/", {"selected": visiting.pk, "confirm": 1})

    assert answer.status_code == 409
    assert "only its own person" in answer.content.decode()
    assert Identity.objects.filter(pk=olivia.identity_id).values().get() == before
    assert list(Authenticator.objects.order_by("pk").values()) == factors
    assert sign_in(olivia.email).headers["Location"] == "/sign-in/factor/"


def test_the_other_tenant_cannot_either(scope: None, olivia: Account, make_account: Any) -> None:
    """Not even another owner of the tenant in which the person is at home."""
    with_app(olivia)
    other = make_account("Otto", "Owner")

    with pytest.raises(WorksElsewhere):
        reset_second_factor(olivia, by=other)


@pytest.mark.parametrize(
    ("who", "whose", "refusal"),
    [
        ("oscar", "victor", NotAllowed),
        ("adam", "adam", guards.YourOwnAccount),
        ("adam", "nina", NoFactor),
        ("adam", "robot", NoFactor),
        ("uma", "victor", NotAllowed),
    ],
)
def test_others_may_not_reset(scope: None, who: str, whose: str, refusal: type[Refused]) -> None:
    for name in ("adam", "victor"):
        with_app(account_named(name))

    with pytest.raises(refusal):
        reset_second_factor(account_named(whose), by=account_named(who))

    assert Authenticator.objects.filter(type="totp").count() == 2


def test_an_administrator_does_not_reset_an_owners(scope: None, adam: Account, make_account: Any) -> None:
    owner = make_account("Otto", "Owner")
    with_app(owner)

    with pytest.raises(guards.ChangesOthers):
        reset_second_factor(owner, by=adam)


def test_a_strict_tenant_leads_there_again_after_a_reset(scope: None, adam: Account, victor: Account) -> None:
    browser = sign_in(victor.email).browser
    with_app(victor)
    session = browser.session
    session["second_factor"] = victor.identity_id
    session.save()
    Tenant.objects.filter(pk=victor.tenant_id).update(require_mfa=True)
    assert browser.get("/accounts/").status_code == 200

    reset_second_factor(victor, by=adam)

    assert browser.get("/accounts/").headers["Location"].startswith("/me/second-factor/")
