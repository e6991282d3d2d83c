"""Making accounts, letting their people in, keys of services, and ending a sign-in for good."""

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.guards import ExceedsGiver
from accounts.models import AccessKey, Account, Identity, RoleAssignment, SignInLink, Type
from accounts.operations import (
    EnoughKeys,
    Offer,
    OwnersTouchKeys,
    WrongExpiry,
    WrongFields,
    change_type,
    create_account,
    create_key,
    create_service_account,
    revoke_key,
)
from accounts.queries import Scope
from itam_portal.history.models import Entry
from itam_portal.mail.jobs import send
from itam_portal.mail.models import Mail, MailState
from itam_portal.refusals import NotAllowed
from itam_portal.tenancy.reach import ALL
from itam_portal.tokens import hash_of, is_well_formed, new_key
from organizations.models import Organization, Tenant
from roles.models import Role
from roles.rights import Right
from tests.accounts.making import SOON, fields_of, form_of, text_of
from tests.cast import PASSWORD, account_named, make_role, organization, role_named


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


# --- making -----------------------------------------------------------------------------------------------------


def test_an_account_is_made_with_a_role_and_a_link(scope: None, northwind: Tenant) -> None:
    offer = Offer(role_named("Viewer"), Scope(organization("emea").pk), date(2040, 1, 1))

    made = create_account(northwind, by=account_named("adam"), fields=fields_of("newt"), offers=[offer], reason="New")

    assert (made.type, made.status, made.identity_id) == (Type.OPERATOR, "enabled", None)
    assert made.reach(Right.READ_USERS) == {organization("emea").pk}
    assert SignInLink.objects.newest_of(made).is_open
    operations = set(Entry.objects.filter(account_id=made.pk).values_list("operation", flat=True))
    assert operations == {"accounts.create", "accounts.give_role", "accounts.send_link"}


def test_who_may_not_create_or_not_give_makes_nothing(scope: None, northwind: Tenant, make_account: Any) -> None:
    creator = make_account(
        "Cora", make_role(northwind, "Creating", allows=[Right.CREATE_ACCOUNTS, Right.GIVE_ROLES, Right.READ_ACCOUNTS])
    )

    with pytest.raises(NotAllowed):
        create_account(northwind, by=account_named("oscar"), fields=fields_of("newt"))
    with pytest.raises(ExceedsGiver):
        create_account(northwind, by=creator, fields=fields_of("newt"), offers=[Offer(role_named("Viewer"), Scope())])

    create_account(northwind, by=creator, fields=fields_of("newt"), offers=[Offer(role_named("USER"), Scope())])


def test_a_known_address_looks_like_an_unknown_one(browser: Client) -> None:
    forms = (form_of(name="Mal", email="mallory@contoso.example"), form_of())
    answers = [browser.get(browser.post("/accounts/new/", form).headers["Location"]) for form in forms]

    pages = [re.sub(r"Mal(lory)?|Newt|NE|MA|\S+@\S+|\d+", "X", text_of(answer)) for answer in answers]
    assert pages[0] == pages[1]
    letters = []
    for mail in Mail.objects.filter(state=MailState.WAITING):
        send.call(tenant_id=mail.tenant_id, mail_id=mail.pk)
        letters.append(re.sub(r"link/\S+|Mal|Newt", "X", outbox.outbox[-1].body))
    assert letters[0] == letters[1]


def test_a_taken_login_or_address_stands_beside_its_field_with_a_link(browser: Client) -> None:
    answer = browser.post("/accounts/new/", form_of(login="ADAM", email="Nina@northwind.example"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Another account has this login." in page
    assert "Another operator has this email address." in page
    assert f'href="/accounts/{account_named("adam").pk}/"' in page
    assert f'href="/accounts/{account_named("nina").pk}/"' in page
    assert 'value="ADAM"' in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Name: This field is required."),
        ({"email": "no address"}, "Enter a valid email address."),
        ({"login": "a@b.example"}, "A login with an @ must be the same as the email address."),
        ({"home": "nowhere"}, "There is no organization “nowhere”."),
        ({"expires_on": "2040-01-01"}, "Choose the role that this is about."),
        ({"name": "N\0ewt"}, "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(browser: Client, wrong: dict[str, str], said: str) -> None:
    answer = browser.post("/accounts/new/", form_of(**wrong))

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Account.objects.filter(email="newt@new.example").exists()


# --- services and their keys ------------------------------------------------------------------------------------


def service_form(**values: Any) -> dict[str, Any]:
    """The form of a new service account."""
    plain = {"name": "Sync", "login": "sync", "home": "HOME", "role": role_named("Web Service").pk, "scope": ""}
    key = {"key_name": "Nightly", "key_expires_on": SOON.isoformat()}
    return {**plain, "organization": "", "expires_on": "", **key, **values}


def test_an_owner_sees_the_first_key_exactly_once(browser: Client) -> None:
    form = browser.get("/accounts/service/new/").content.decode()
    assert re.search(rf'<option value="{role_named("Web Service").pk}" selected', form)

    answer = browser.post("/accounts/service/new/", service_form())

    text = re.search(r'value="(itam_[a-z0-9_]+)"', answer.content.decode())[1]  # type: ignore[index]
    made, key = Account.objects.get(login="sync"), AccessKey.objects.get(account__login="sync")
    assert (made.type, made.identity, key.secret_hash) == (Type.SERVICE, None, hash_of(text))
    assert made.reach(Right.CALL_API) is ALL
    page = browser.get(f"/accounts/{made.pk}/").content.decode()
    assert key.prefix in page
    assert text not in page
    assert text not in str(list(Entry.objects.values()))
    assert browser.post("/accounts/service/new/", service_form()).status_code == 422


def test_anybody_else_makes_it_without_a_key(scope: None, client_of: Any) -> None:
    browser = client_of(account_named("adam"))

    assert "key_name" not in browser.get("/accounts/service/new/").content.decode()
    answer = browser.post("/accounts/service/new/", service_form())

    made = Account.objects.get(login="sync")
    assert answer.headers["Location"] == f"/accounts/{made.pk}/"
    assert not made.access_keys.exists()
    assert "Owners of the tenant see and make its keys." in text_of(browser.get(f"/accounts/{made.pk}/"))
    with pytest.raises(OwnersTouchKeys):
        create_key(made, by=account_named("adam"), name="Mine", expires_on=SOON)


def test_two_live_keys_at_most_and_a_year_at_most(scope: None) -> None:
    robot, olivia = account_named("robot"), account_named("olivia")
    for key in list(AccessKey.objects.live().of(robot)):
        revoke_key(key, by=olivia)

    for day in (timezone.now().date() - timedelta(days=2), timezone.now().date() + timedelta(days=367)):
        with pytest.raises(WrongExpiry):
            create_key(robot, by=olivia, name="Wrong", expires_on=day)
    first, _text = create_key(robot, by=olivia, name="One", expires_on=SOON)
    create_key(robot, by=olivia, name="Two", expires_on=SOON)
    with pytest.raises(EnoughKeys):
        create_key(robot, by=olivia, name="Three", expires_on=SOON)
    revoke_key(first, by=olivia)
    create_key(robot, by=olivia, name="Three", expires_on=SOON)

    assert AccessKey.objects.live().of(robot).count() == 2


def test_keys_are_made_and_revoked_on_the_accounts_page(browser: Client) -> None:
    browser.post("/accounts/service/new/", service_form())
    made, key = Account.objects.get(login="sync"), AccessKey.objects.get(account__login="sync")

    again = browser.post(f"/accounts/{made.pk}/keys/new/", {"key_name": "Other", "key_expires_on": SOON.isoformat()})
    assert "itam_" in again.content.decode()
    assert browser.post(f"/accounts/{made.pk}/keys/{key.pk}/revoke/").status_code == 302
    assert not AccessKey.objects.get(pk=key.pk).is_live
    assert browser.get(f"/accounts/{account_named('robot').pk}/keys/{key.pk}/revoke/").status_code == 404


def test_becoming_an_operator_revokes_the_keys_and_is_for_owners(scope: None, northwind: Tenant) -> None:
    offers = [Offer(role_named("Web Service"), Scope())]
    fields = {"name": "Sync", "login": "sync", "home": Organization.objects.get(type="HOME")}
    olivia = account_named("olivia")
    made, key, _text = create_service_account(
        northwind, by=olivia, fields=fields, offers=offers, key={"name": "K", "expires_on": SOON}
    )

    with pytest.raises(OwnersTouchKeys):
        change_type(made, by=account_named("adam"), to=Type.OPERATOR)
    change_type(made, by=olivia, to=Type.OPERATOR)

    assert key
    assert not AccessKey.objects.get(pk=key.pk).is_live


def test_a_mistyped_key_is_told_by_its_check_digits() -> None:
    key, prefix = new_key()

    assert key.startswith(prefix)
    assert is_well_formed(key)
    for at in range(len(prefix) + 1, len(key)):
        assert not is_well_formed(key[:at] + ("a" if key[at] != "a" else "b") + key[at + 1 :])


# --- commands ---------------------------------------------------------------------------------------------------


def test_the_command_prints_the_key_last(scope: None) -> None:
    out = io.StringIO()

    call_command("access_key", tenant="northwind", role="web service", name="CI runner", stdout=out)

    text = out.getvalue().splitlines()[-1]
    key = AccessKey.objects.get(secret_hash=hash_of(text))
    assert (key.account.login, key.name) == ("ci-runner", "CI runner")
    assert (key.expires_at.date() - timezone.now().date()).days in (90, 91)
    assert RoleAssignment.objects.get(account=key.account).role == role_named("Web Service")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tenant": "nowhere"}, "There is no tenant “nowhere”."),
        ({"role": "Nobody"}, "There is no role “Nobody” in northwind. There are: "),
        ({"expires": 400}, "A key lives 1 to 364 days."),
        ({"name": "adam"}, "Another account has this login. Choose another name."),
    ],
)
def test_the_command_says_what_is_wrong(scope: None, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(CommandError, match=re.escape(said)):
        call_command("access_key", **{"tenant": "northwind", "role": "Viewer", "name": "CI", **wrong})

    assert not AccessKey.objects.filter(name__in=["CI", "adam"]).exists()


def test_a_sign_in_is_ended_for_good_and_its_accounts_stay(scope: None, client_of: Any) -> None:
    adam, out = account_named("adam"), io.StringIO()
    browser = client_of(adam)

    call_command("end_sign_in", "Adam@northwind.example", stdout=out)

    assert "Accounts disabled: 1." in out.getvalue()
    assert not account_named("adam").is_enabled
    identity = Identity.objects.get(pk=adam.identity_id)
    assert (identity.is_active, identity.has_usable_password()) == (False, False)
    assert browser.get("/accounts/").status_code == 302
    assert Client().post("/sign-in/", {"login": "adam@northwind.example", "password": PASSWORD}).status_code == 422


def test_the_last_owners_sign_in_stays_and_nothing_is_changed(scope: None) -> None:
    with pytest.raises(CommandError, match="without an owner who can sign in"):
        call_command("end_sign_in", "olivia@northwind.example")
    with pytest.raises(CommandError, match="Nobody signs in as"):
        call_command("end_sign_in", "nobody@northwind.example")

    assert account_named("olivia").is_enabled
    assert Identity.objects.get(email="olivia@northwind.example").has_usable_password()


def test_wrong_fields_and_roles_leave_no_half_account(scope: None, northwind: Tenant) -> None:
    with pytest.raises(WrongFields):
        create_account(northwind, by=account_named("adam"), fields=fields_of("adam"))

    assert Role.objects.exists()
    assert not Account.objects.filter(email="adam@new.example").exists()
