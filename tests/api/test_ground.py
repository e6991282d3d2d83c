"""What all endpoints share: keys, limits, bodies, problems, and the log of calls."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AccessKey, Account, ApiCall
from itam_portal.history.models import Entry
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Organization, Tenant
from roles.rights import Right
from tests.api.caller import PREFIX, Caller
from tests.cast import give, make_role

NEW = {"accountId": "N-1", "name": "New one"}


def change(row: Any, **values: Any) -> None:
    """Change a row behind everybody's back."""
    with tenant_scope(row.tenant_id):
        type(row).objects.filter(pk=row.pk).update(**values)


# --- keys -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic abc", "Bearer itam_nothing", "Bearer " + "x" * 5_000, "Bearer itäm_ü"],
)
def test_whoever_shows_no_key_is_told_how(nobody: Caller, header: str) -> None:
    answer = nobody.get("/accounts", **({"Authorization": header} if header else {}))

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_key_with_one_wrong_letter_is_not_known(admin: Caller) -> None:
    key = admin.headers["Authorization"]
    admin.headers["Authorization"] = key[:-1] + ("a" if key[-1] != "a" else "b")

    answer = admin.get("/accounts")

    assert answer.status_code == 401
    assert "not known" in answer.facts["detail"]


def test_a_revoked_key_is_not_accepted(admin: Caller) -> None:
    change(admin.key, revoked_at=timezone.now())

    assert admin.get("/accounts").status_code == 401


def test_an_expired_key_is_not_accepted(admin: Caller) -> None:
    change(admin.key, made_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1))

    assert admin.get("/accounts").status_code == 401


def test_a_key_of_a_disabled_account_is_not_accepted(admin: Caller) -> None:
    change(admin.account, status="disabled")

    answer = admin.get("/accounts")

    assert answer.status_code == 401
    assert "disabled" in answer.facts["detail"]


def test_a_key_whose_roles_have_ended_may_not_call(caller_with: Callable[..., Caller]) -> None:
    caller = caller_with()
    assert caller.account
    give(caller.account, "Administrator", until=timezone.now() - timedelta(days=1))

    assert caller.get("/accounts").status_code == 403


def test_without_the_right_to_call_a_key_opens_nothing(northwind: Tenant, caller_with: Callable[..., Caller]) -> None:
    role = make_role(northwind, "Reads", allows=[Right.READ_ORGANIZATIONS])

    assert caller_with(role).get("/accounts").status_code == 403


def test_a_session_is_no_key(adam: Account, client_of: Callable[[Account], Any]) -> None:
    answer = client_of(adam).get(f"{PREFIX}/accounts")

    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


def test_a_key_leaves_when_it_was_used_and_from_where(admin: Caller) -> None:
    admin.get("/accounts")

    used = AccessKey.objects.get(pk=admin.key.pk)
    assert timezone.now() - used.last_used_at < timedelta(minutes=1)
    assert used.last_used_from == "127.0.0.1"


def test_a_key_that_is_refused_was_not_used(admin: Caller) -> None:
    change(admin.key, revoked_at=timezone.now())

    admin.get("/accounts")

    assert not AccessKey.objects.get(pk=admin.key.pk).was_used


# --- the log --------------------------------------------------------------------------------------------------------


def test_every_call_of_a_key_is_written_down(admin: Caller) -> None:
    admin.get("/accounts?q=secret")
    admin.post("/accounts", {"nothing": 1})
    admin.get("/nowhere")

    calls = ApiCall.objects.filter(key=admin.key).order_by("pk").values_list("method", "path", "status")
    assert list(calls) == [
        ("GET", "/api/v1/accounts", 200),
        ("POST", "/api/v1/accounts", 422),
        ("GET", "/api/v1/nowhere", 404),
    ]


def test_the_history_says_through_which_key(admin: Caller) -> None:
    admin.post("/accounts", NEW)

    entry = Entry.objects.filter(object_type="organization").order_by("-pk")[0]
    assert admin.account
    assert (entry.via, entry.via_name, entry.actor_id) == ("key", "test", admin.account.pk)


# --- limits ---------------------------------------------------------------------------------------------------------


def test_answers_say_what_is_left_of_the_limit(admin: Caller, settings: Any) -> None:
    settings.API_CALLS_A_MINUTE_KEY, settings.API_CALLS_A_MINUTE_TENANT = 5, 100

    left = [admin.get("/accounts").headers["X-RateLimit-Remaining"] for _call in range(3)]

    assert left == ["4", "3", "2"]


def test_one_call_too_many_of_a_key_is_refused_and_others_are_not(
    admin: Caller, caller_with: Callable[..., Caller], settings: Any
) -> None:
    settings.API_CALLS_A_MINUTE_KEY, settings.API_CALLS_A_MINUTE_TENANT = 2, 100
    other = caller_with("Administrator", name="Other tool")

    codes = [admin.get("/accounts").status_code for _call in range(3)]
    answer = admin.get("/accounts")

    assert codes == [200, 200, 429]
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert other.get("/accounts").status_code == 200


def test_all_keys_of_a_tenant_share_a_limit(
    admin: Caller, caller_with: Callable[..., Caller], stranger: Caller, settings: Any
) -> None:
    settings.API_CALLS_A_MINUTE_KEY, settings.API_CALLS_A_MINUTE_TENANT = 100, 3
    other = caller_with("Administrator", name="Other tool")

    codes = [caller.get("/accounts").status_code for caller in (admin, other, admin, other)]

    assert codes == [200, 200, 200, 429]
    assert stranger.get("/accounts").status_code == 200


def test_whoever_is_over_the_limit_changes_nothing(admin: Caller, settings: Any) -> None:
    settings.API_CALLS_A_MINUTE_KEY = 0

    assert admin.post("/accounts", NEW).status_code == 429
    assert not Organization.objects.filter(code="N-1").exists()


# --- bodies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ('{"accountId": "A",}', "column 19"),
        ("{", "column 2"),
        ('{"a": 1}\n{"b": 2}', "line 2"),
        ("", "position"),
    ],
)
def test_malformed_json_is_refused_with_its_place(admin: Caller, body: str, place: str) -> None:
    answer = admin.ask("POST", "/accounts", body)

    assert answer.status_code in (400, 422)
    if body:
        assert place in answer.facts["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe{}",
        '{"name": "a", "name": "b"}',
        '{"accountId": NaN}',
        "[" * 100_000,
        "9" * 5_000,
        b'{"name": "\xc3\x28"}',
    ],
)
def test_what_is_no_json_is_refused(admin: Caller, body: Any) -> None:
    assert admin.ask("POST", "/accounts", body).status_code == 400


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null", "true"])
def test_json_that_is_no_object_is_refused(admin: Caller, body: str) -> None:
    assert admin.ask("POST", "/accounts", body).status_code == 422


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", "application/json5"])
def test_another_type_of_content_is_refused(admin: Caller, kind: str) -> None:
    answer = admin.ask("POST", "/accounts", json.dumps(NEW), **{"Content-Type": kind})

    assert answer.status_code == 415
    assert kind in answer.facts["detail"]


def test_json_with_a_charset_is_json(admin: Caller) -> None:
    answer = admin.ask("POST", "/accounts", json.dumps(NEW), **{"Content-Type": "application/json; charset=utf-8"})

    assert answer.status_code == 201


def test_a_body_of_more_than_a_megabyte_is_refused(admin: Caller) -> None:
    assert admin.post("/accounts", {**NEW, "description": "x" * 1_100_000}).status_code == 413


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 201])
def test_text_that_cannot_be_kept_is_a_wrong_field(admin: Caller, text: str) -> None:
    answer = admin.post("/accounts", {**NEW, "name": text})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.facts["errors"]] == ["name"]


def test_everything_that_is_wrong_with_a_body_is_named_at_once(admin: Caller) -> None:
    answer = admin.post("/accounts", {"nam": "x", "visible": "yes", "parents": [1], "country": "Germany"})

    named = {error["field"] for error in answer.facts["errors"]}
    assert answer.status_code == 422
    assert named == {"nam", "visible", "parents[0]", "country", "accountId"}


# --- addresses ------------------------------------------------------------------------------------------------------


def test_everything_that_is_wrong_with_an_address_is_named_at_once(admin: Caller) -> None:
    answer = admin.get("/accounts?page=0&limit=0&accountType=x&bogus=1&rootAccountOnly=2&sort_by=x&sort_order=up")

    named = {error["field"] for error in answer.facts["errors"]}
    assert answer.status_code == 400
    assert named >= {"page", "limit", "accountType", "rootAccountOnly", "sort_by", "sort_order"}
    assert "bogus" in answer.facts["detail"]


@pytest.mark.parametrize("limit", ["0", "-1", "201", "abc", "1.5", "1&limit=2", "99999999999999999999"])
def test_a_limit_is_a_number_from_1_to_200(admin: Caller, limit: str) -> None:
    assert admin.get(f"/accounts?limit={limit}").status_code == 400


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.0", "5000000", "99999999999999999999"])
def test_a_page_is_a_number_from_1(admin: Caller, page: str) -> None:
    assert admin.get(f"/accounts?page={page}").status_code == 400


@pytest.mark.parametrize("path", ["/accounts/%00", "/accounts?q=%00", "/accounts?%00=1"])
def test_no_address_holds_nul(admin: Caller, path: str) -> None:
    assert admin.get(path).status_code == 400


def test_a_parameter_that_an_object_does_not_know_is_refused(admin: Caller) -> None:
    assert admin.get("/accounts/emea?limit=1").status_code == 400


def test_an_address_that_leads_nowhere_and_a_method_that_it_does_not_know_are_problems(admin: Caller) -> None:
    nowhere, method = admin.get("/nowhere"), admin.put("/accounts", {})

    assert (nowhere.status_code, nowhere.headers["Content-Type"]) == (404, "application/problem+json")
    assert (method.status_code, method.headers["Content-Type"]) == (405, "application/problem+json")
    assert "GET" in method.headers["Allow"]


def test_what_is_foreign_and_what_is_missing_look_the_same(admin: Caller, stranger: Caller) -> None:
    foreign, missing = stranger.get("/accounts/emea"), stranger.get("/accounts/no-such-thing")

    assert admin.get("/accounts/emea").status_code == 200
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    assert set(foreign.headers) == set(missing.headers)
