"""Access keys as a list: who sees them, making, rotating with overlap, revoking one and many."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.guards import ChangesOthers
from accounts.models import AccessKey, Account, KeyState, Status
from accounts.operations import (
    EnoughKeys,
    KeyEnded,
    OwnersTouchKeys,
    create_key,
    revoke_access_keys,
    revoke_key,
    rotate_key,
)
from itam_portal.history.models import Entry
from itam_portal.tokens import hash_of
from organizations.models import Tenant
from roles.rights import Right
from tests.accounts.making import SOON, text_of
from tests.cast import account_named, give, make_role

DAY = timedelta(days=1)


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


@pytest.fixture
def key(scope: None) -> AccessKey:
    """The only live key of the service account robot."""
    olivia, robot = account_named("olivia"), account_named("robot")
    for one in list(AccessKey.objects.live().of(robot)):
        revoke_key(one, by=olivia)
    return create_key(robot, by=olivia, name="Nightly", expires_on=SOON)[0]


def live_names() -> list[str]:
    return sorted(AccessKey.objects.live().of(account_named("robot")).values_list("name", flat=True))


def shown_text(answer: Any) -> str:
    found = re.search(r'value="(itam_[a-z0-9_]+)"', answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


# --- the list ---------------------------------------------------------------------------------------------------


def test_the_list_says_whose_it_is_how_long_it_lasts_and_when_it_was_used(browser: Client, key: AccessKey) -> None:
    used = timezone.now() - 3 * DAY
    AccessKey.objects.filter(pk=key.pk).update(last_used_at=used, last_used_from="2001:db8::7")

    page = browser.get("/access-keys/?name=Nightly").content.decode()

    assert 'data-total="1"' in page
    assert key.prefix in page
    assert "2001:db8::7" in page
    assert 'title="3 days ago"' in page
    assert 'title="in 30 days"' in page or 'title="in 1 month"' in page or 'title="in 29 days"' in page
    detail = text_of(browser.get(f"/access-keys/{key.pk}/"))
    assert "2001:db8::7" in detail
    assert "Live" in detail


def test_each_state_is_said_and_filtered(browser: Client, key: AccessKey) -> None:
    now = timezone.now()
    states = {
        KeyState.LIVE: {},
        KeyState.EXPIRED: {"expires_at": now - DAY},
        KeyState.REVOKED: {"revoked_at": now},
    }
    for state, values in states.items():
        AccessKey.objects.filter(pk=key.pk).update(**{"expires_at": now + DAY, "revoked_at": None, **values})
        assert AccessKey.objects.get(pk=key.pk).state == state
        for other in KeyState:
            shown = f'data-id="{key.pk}"' in browser.get(f"/access-keys/?state={other.value}").content.decode()
            hidden = f'data-id="{key.pk}"' in browser.get(f"/access-keys/?state__not={other.value}").content.decode()
            assert (shown, hidden) == (other == state, other != state)
    AccessKey.objects.filter(pk=key.pk).update(revoked_at=None)
    Account.objects.filter(pk=key.account_id).update(status=Status.DISABLED)
    assert f'data-id="{key.pk}"' in browser.get("/access-keys/?state=disabled").content.decode()
    assert browser.get("/access-keys/?state=gone").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        *[f"sort={mark}{name}" for name in ("name", "expires", "last_used", "made") for mark in ("", "-")],
        "account=robot northwind",
        "account__contains=obot",
        "expires__after=2020-01-01",
        "last_used__empty=yes",
        "made=today",
        "prefix__starts=itam_",
        "columns=name,state,made,used_from",
    ],
)
def test_every_order_and_field_of_the_list_works(browser: Client, key: AccessKey, query: str) -> None:
    page = browser.get(f"/access-keys/?{query}")

    assert page.status_code == 200
    assert f'data-id="{key.pk}"' in page.content.decode()
    file = b"".join(browser.get(f"/access-keys/export.csv?{query}").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Nightly" in file
    assert key.secret_hash not in file


def test_fifty_keys_cost_as_many_queries_as_one(browser: Client, key: AccessKey) -> None:
    browser.get("/access-keys/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/access-keys/")
    facts = {"tenant_id": key.tenant_id, "account_id": key.account_id, "expires_at": timezone.now() + DAY}
    AccessKey.objects.bulk_create(
        AccessKey(name=f"K{n}", prefix=f"itam_many{n}", secret_hash=hash_of(str(n)), **facts) for n in range(50)
    )
    with CaptureQueriesContext(connection) as many:
        browser.get("/access-keys/?per_page=100")

    assert len(many) <= len(few)


@pytest.mark.parametrize("login", ["adam", "oscar", "victor", "uma"])
def test_only_owners_see_keys_and_what_was_changed_of_them(key: AccessKey, client_of: Any, login: str) -> None:
    browser = client_of(account_named(login))

    assert browser.get("/access-keys/").status_code == 403
    assert browser.get(f"/access-keys/{key.pk}/").status_code == 403
    assert "/access-keys/" not in browser.get("/accounts/").content.decode()
    assert "Nightly" not in browser.get("/history/").content.decode()
    assert "Nightly" not in browser.get(f"/accounts/{key.account_id}/history/").content.decode()


# --- making and rotating ----------------------------------------------------------------------------------------


def test_a_key_is_made_on_its_own_page_and_shown_once(browser: Client, key: AccessKey) -> None:
    assert '<option value="robot">' in browser.get("/access-keys/new/").content.decode()
    form = {"account": "ROBOT", "key_name": "Second", "key_expires_on": SOON.isoformat()}

    text = shown_text(browser.post("/access-keys/new/", form))

    made = AccessKey.objects.get(secret_hash=hash_of(text))
    assert (made.name, made.account_id, made.prefix) == ("Second", key.account_id, text[: len(made.prefix)])
    assert text not in browser.get(f"/access-keys/{made.pk}/").content.decode()
    history = browser.get(f"/access-keys/{made.pk}/history/").content.decode()
    assert "Create an access key" in history
    assert made.secret_hash not in history + str(list(Entry.objects.values()))
    third = browser.post("/access-keys/new/", {**form, "key_name": "Third"})
    assert third.status_code == 409
    assert "two live keys already" in text_of(third)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"account": "adam"}, "There is no service account “adam”."),
        ({"account": ""}, "This field is required."),
        ({"key_name": " "}, "This field is required."),
        ({"key_expires_on": ""}, "This field is required."),
        ({"key_expires_on": "2099-01-01"}, "A key ends within a year."),
        ({"key_expires_on": "never"}, "Enter a valid date."),
    ],
)
def test_what_is_wrong_with_a_key_is_said(browser: Client, key: AccessKey, wrong: dict[str, str], said: str) -> None:
    form = {"account": "robot", "key_name": "Second", "key_expires_on": SOON.isoformat(), **wrong}

    answer = browser.post("/access-keys/new/", form)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert live_names() == ["Nightly"]


def test_rotating_leaves_both_for_the_overlap(browser: Client, key: AccessKey) -> None:
    form = {"key_expires_on": SOON.isoformat(), "overlap": "3600"}

    text = shown_text(browser.post(f"/access-keys/{key.pk}/rotate/", form))

    old, new = AccessKey.objects.get(pk=key.pk), AccessKey.objects.get(secret_hash=hash_of(text))
    assert timedelta(minutes=59) < old.expires_at - timezone.now() <= timedelta(hours=1)
    assert (old.is_live, new.is_live, new.name, new.account_id) == (True, True, "Nightly", key.account_id)
    entries = Entry.objects.filter(object_type="access_key", operation="access_keys.rotate")
    assert set(entries.values_list("action", flat=True)) == {"insert", "update"}


def test_an_overlap_never_makes_a_key_last_longer(key: AccessKey) -> None:
    end = timezone.now() + timedelta(minutes=5)
    AccessKey.objects.filter(pk=key.pk).update(expires_at=end)

    rotate_key(key, by=account_named("olivia"), expires_on=SOON, overlap=DAY)

    assert AccessKey.objects.get(pk=key.pk).expires_at == end


def test_of_two_live_keys_one_is_rotated_only_at_once(key: AccessKey) -> None:
    olivia = account_named("olivia")
    create_key(account_named("robot"), by=olivia, name="Second", expires_on=SOON)

    with pytest.raises(EnoughKeys):
        rotate_key(key, by=olivia, expires_on=SOON, overlap=DAY)
    assert AccessKey.objects.get(pk=key.pk).expires_at == key.expires_at
    rotate_key(key, by=olivia, expires_on=SOON, overlap=timedelta(0))

    assert not AccessKey.objects.get(pk=key.pk).is_live
    assert live_names() == ["Nightly", "Second"]
    with pytest.raises(KeyEnded):
        rotate_key(key, by=olivia, expires_on=SOON, overlap=DAY)


def test_nobody_but_an_owner_touches_keys_whatever_their_rights(
    key: AccessKey, northwind: Tenant, make_account: Any
) -> None:
    tess = make_account("Tess", make_role(northwind, "Everything", allows=list(Right)))
    keys = AccessKey.objects.filter(pk=key.pk)

    for touch in (
        lambda: create_key(account_named("robot"), by=tess, name="Mine", expires_on=SOON),
        lambda: rotate_key(key, by=tess, expires_on=SOON, overlap=DAY),
        lambda: revoke_access_keys(keys, by=tess),
        lambda: revoke_key(key, by=tess),
    ):
        with pytest.raises(OwnersTouchKeys):
            touch()
    assert live_names() == ["Nightly"]


def test_an_owner_who_is_denied_something_makes_no_key_that_may_do_it(
    key: AccessKey, northwind: Tenant, make_account: Any
) -> None:
    tess = make_account("Tess", "Owner", make_role(northwind, "No API", denies=[Right.CALL_API]))

    with pytest.raises(ChangesOthers):
        create_key(account_named("robot"), by=tess, name="Mine", expires_on=SOON)
    with pytest.raises(ChangesOthers):
        rotate_key(key, by=tess, expires_on=SOON, overlap=DAY)
    assert live_names() == ["Nightly"]


# --- revoking ---------------------------------------------------------------------------------------------------


def test_many_are_revoked_after_a_preview_and_leave_a_receipt(browser: Client, key: AccessKey) -> None:
    over = AccessKey.objects.filter(revoked_at__isnull=False).order_by("pk").first()
    assert over

    shown = browser.post("/access-keys/revoke/", {"selected": [key.pk, over.pk]})
    page = text_of(shown)
    assert "Revoke 1 access key?" in page
    assert "This key is revoked or expired already." in page
    frozen = re.search(r'name="selection" value="(\d+)"', shown.content.decode())
    assert frozen
    done = browser.post("/access-keys/revoke/", {"selection": frozen[1], "confirm": "1", "reason": "Leaked"})

    assert live_names() == []
    receipt = text_of(browser.get(done.headers["Location"]))
    assert "1 access key revoked." in receipt
    entry = Entry.objects.filter(object_type="access_key", object_id=key.pk).order_by("-pk")[0]
    assert (entry.operation, entry.reason, list(entry.changes)) == ("access_keys.revoke", "Leaked", ["revoked_at"])


def test_everything_that_matches_is_revoked(browser: Client, key: AccessKey) -> None:
    create_key(account_named("robot"), by=account_named("olivia"), name="Second", expires_on=SOON)

    browser.post("/access-keys/revoke/?account=Robot Northwind&state=live", {"everything": "1", "confirm": "1"})

    assert live_names() == []


def test_a_service_that_may_no_more_has_a_key_that_may_no_more(key: AccessKey, northwind: Tenant) -> None:
    robot = account_named("robot")
    give(robot, make_role(northwind, "No reading", denies=[Right.READ_ACCOUNTS]))

    assert not key.account.refreshed().may(Right.READ_ACCOUNTS)
