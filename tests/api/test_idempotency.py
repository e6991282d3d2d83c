"""A call that is sent again is carried out once and answered the same; a state that was read guards a change."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import KeptAnswer
from accounts.operations import forget_calls
from itam_portal.tenancy.actor import System
from organizations.models import Organization, Tenant
from tests.api.caller import Caller

NEW = {"accountId": "N-1", "name": "New one"}


def test_the_same_call_again_is_answered_the_same_and_done_once(admin: Caller) -> None:
    first = admin.post("/accounts", NEW, Idempotency_Key="one")
    again = admin.post("/accounts", NEW, Idempotency_Key="one")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first.headers["ETag"] == again.headers["ETag"]
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert Organization.objects.filter(code="N-1").count() == 1


def test_another_body_under_the_same_name_is_refused(admin: Caller) -> None:
    admin.post("/accounts", NEW, Idempotency_Key="one")

    answer = admin.post("/accounts", {**NEW, "accountId": "N-2"}, Idempotency_Key="one")

    assert answer.status_code == 422
    assert answer.facts["code"] == "idempotency_key_reused"
    assert not Organization.objects.filter(code="N-2").exists()


def test_another_address_under_the_same_name_is_refused(admin: Caller) -> None:
    admin.post("/accounts", NEW, Idempotency_Key="one")

    assert admin.delete("/accounts/N-1", Idempotency_Key="one").status_code == 422
    assert Organization.objects.filter(code="N-1").exists()


def test_names_of_one_account_mean_nothing_to_others(admin: Caller, stranger: Caller, owner: Caller) -> None:
    codes = [caller.post("/accounts", NEW, Idempotency_Key="one").status_code for caller in (admin, stranger, owner)]

    assert codes == [201, 201, 409]


def test_what_failed_is_tried_again(admin: Caller) -> None:
    wrong = admin.post("/accounts", {**NEW, "parents": ["P-1"]}, Idempotency_Key="one")
    admin.post("/accounts", {"accountId": "P-1", "name": "Parent"})

    right = admin.post("/accounts", {**NEW, "parents": ["P-1"]}, Idempotency_Key="one")

    assert (wrong.status_code, right.status_code) == (422, 201)


@pytest.mark.parametrize("name", ["a b", "x" * 256, "ü"])
def test_a_name_has_visible_characters(admin: Caller, name: str) -> None:
    assert admin.post("/accounts", NEW, Idempotency_Key=name).status_code == 400
    assert not Organization.objects.filter(code="N-1").exists()


def test_an_answer_rests_sealed(admin: Caller) -> None:
    admin.post("/accounts", NEW, Idempotency_Key="one")

    assert "New one" not in KeptAnswer.objects.get(name="one").sealed


def test_an_answer_is_kept_for_a_day(admin: Caller, northwind: Tenant) -> None:
    old = {"mark": "another", "sealed": "unreadable", "at": timezone.now() - timedelta(hours=25)}
    for name in ("one", "two"):
        KeptAnswer.objects.create(tenant=northwind, account=admin.account, name=name, **old)

    again = admin.post("/accounts", NEW, Idempotency_Key="one")
    forget_calls(northwind, by=System("Housekeeping", northwind))

    assert again.status_code == 201
    assert KeptAnswer.objects.filter(name="one").exists()
    assert not KeptAnswer.objects.filter(name="two").exists()


# --- states ---------------------------------------------------------------------------------------------------------


def test_a_change_of_what_was_read_is_made(admin: Caller) -> None:
    etag = admin.get("/accounts/emea").headers["ETag"]

    answer = admin.patch("/accounts/emea", {"city": "Rome"}, If_Match=etag)

    assert answer.status_code == 200
    assert answer.headers["ETag"] not in ("", etag)
    assert admin.get("/accounts/emea").headers["ETag"] == answer.headers["ETag"]


def test_a_change_of_what_has_changed_meanwhile_is_refused(admin: Caller) -> None:
    etag = admin.get("/accounts/emea").headers["ETag"]
    admin.patch("/accounts/emea", {"city": "Rome"})

    changed = admin.patch("/accounts/emea", {"city": "Oslo"}, If_Match=etag)
    deleted = admin.delete("/accounts/emea", If_Match=etag)

    assert (changed.status_code, deleted.status_code) == (412, 412)
    assert Organization.objects.get(code="emea").city == "Rome"


def test_any_state_is_matched_by_a_star(admin: Caller) -> None:
    assert admin.patch("/accounts/emea", {"city": "Rome"}, If_Match="*").status_code == 200


def test_whoever_has_it_already_gets_it_not_again(admin: Caller) -> None:
    etag = admin.get("/accounts/emea").headers["ETag"]

    answer = admin.get("/accounts/emea", If_None_Match=etag)

    assert answer.status_code == 304
    assert answer.content == b""
