"""Invitations, accounts that are made, and the history, over the API."""

from typing import Any

import pytest

from accounts.models import Account, Type
from invitations.models import Invitation
from tests.api.caller import Caller
from tests.cast import account_named

OFFER: dict[str, Any] = {
    "email": "ada@offers.example",
    "firstName": "Ada",
    "roles": [{"role": "Viewer", "accountId": "emea"}],
}

# --- invitations ----------------------------------------------------------------------------------------------------


def test_an_invitation_is_sent_sent_again_and_revoked(admin: Caller) -> None:
    made = admin.post("/invitations", OFFER)
    path = f"/invitations/{made.facts['invitation']['id']}"
    again = admin.post("/invitations", OFFER)
    resent = admin.post(f"{path}/resend", {"reason": "Lost"})
    revoked = admin.post(f"{path}/revoke")
    twice = admin.post(f"{path}/revoke")

    assert made.status_code == 201
    assert made.facts["invitation"]["offers"] == [
        {"role": "Viewer", "accountId": "emea", "organizationGroup": None, "expiryDate": None}
    ]
    assert made.facts["invitation"]["accountId"] == "emea"
    assert again.status_code == 409
    assert resent.facts["receipt"]["changed"] == 1
    assert revoked.facts["invitation"]["status"] == "revoked"
    assert twice.status_code == 410


def test_a_link_is_shown_once_and_opens(admin: Caller, client: Any) -> None:
    made = admin.post("/invitations", OFFER).facts["invitation"]

    link = admin.post(f"/invitations/{made['id']}/link").facts["link"]

    assert "/invitations/accept/" in link
    assert client.get(link.partition("8000")[2]).status_code in (200, 302)
    assert link.rsplit("/", 2)[1] not in str(admin.get(f"/invitations/{made['id']}").facts)


def test_many_are_invited_and_the_others_counted_by_their_reason(admin: Caller) -> None:
    invitees = [{"email": email} for email in ("a@offers.example", "b@offers.example", "oscar@northwind.example", "x")]
    body = {"invitees": invitees, "roles": OFFER["roles"]}

    shown = admin.post("/invitations/many?dry_run=true", body).facts["preview"]
    made = Invitation.objects.filter(email__endswith="offers.example").count()
    receipt = admin.post("/invitations/many", body).facts["receipt"]

    assert [one["code"] for one in shown] == ["", "", "already_member", "malformed_address"]
    assert made == 0
    assert (receipt["changed"], receipt["skipped"]) == (2, 2)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"roles": []}, 422),
        ({"roles": [{"role": "Owner"}]}, 409),
        ({"roles": [{"role": "Nothing"}]}, 422),
        ({"groups": ["Nobody's"]}, 422),
        ({"email": "nothing"}, 409),
        ({"email": "oscar@northwind.example"}, 409),
        ({"emails": "x"}, 422),
    ],
)
def test_what_cannot_be_offered_is_refused(admin: Caller, changes: dict[str, Any], status: int) -> None:
    assert admin.post("/invitations", {**OFFER, **changes}).status_code == status
    assert not Invitation.objects.filter(first_name="Ada").exists()


# --- accounts -------------------------------------------------------------------------------------------------------


def test_an_operator_and_a_service_are_made_and_changed(admin: Caller) -> None:
    roles = [{"role": "Viewer", "accountId": "emea"}]
    person = admin.post("/operators", {"name": "Ada", "email": "ada@made.example", "roles": roles})
    service = admin.post("/operators", {"name": "Sync", "login": "sync", "type": "service"})
    changed = admin.patch("/operators/ada@made.example", {"jobTitle": "Buyer"}, If_Match=person.headers["ETag"])
    stale = admin.patch("/operators/ada@made.example", {"jobTitle": "x"}, If_Match=person.headers["ETag"])
    taken = admin.post("/operators", {"name": "Other", "login": "SYNC", "email": "o@made.example"})

    assert (person.status_code, service.status_code) == (201, 201)
    assert person.facts["operator"]["roles"] == ["Viewer"]
    assert Account.objects.get(login="sync").type == Type.SERVICE
    assert changed.facts["operator"]["jobTitle"] == "Buyer"
    assert stale.status_code == 412
    assert (taken.status_code, taken.facts["errors"][0]["field"]) == (409, "login")


def test_an_operator_becomes_a_service_and_nobody_retypes_themself(admin: Caller) -> None:
    assert admin.post("/operators/oscar/type", {"type": "service"}).facts["operator"]["type"] == "service"
    assert admin.post("/operators/admin%20tool/type", {"type": "operator"}).status_code == 409
    assert admin.post("/operators/nina/type", {"type": "robot"}).status_code == 422


# --- history --------------------------------------------------------------------------------------------------------


def test_the_history_is_followed_by_a_cursor_without_gap_or_repetition(admin: Caller) -> None:
    start = admin.get("/history?since=0&limit=200").facts
    while len(start["entries"]) == 200:
        start = admin.get(f"/history?since={start['nextCursor']}&limit=200").facts
    cursor = start["nextCursor"]
    admin.post("/operators/oscar/disable", {"reason": "First"})
    admin.post("/operators/oscar/enable", {"reason": "Second"})
    admin.post("/operators/oscar/disable", {"reason": "Third"})

    seen: list[Any] = []
    for _page in range(4):
        page = admin.get(f"/history?since={cursor}&limit=2").facts
        seen += page["entries"]
        cursor = page["nextCursor"]

    of_oscar = [one for one in seen if one["objectId"] == account_named("oscar").pk and one["objectType"] == "account"]
    assert [one["reason"] for one in of_oscar] == ["First", "Second", "Third"]
    assert of_oscar[0]["changes"]["status"] == ["enabled", "disabled"]
    assert (of_oscar[0]["via"], of_oscar[0]["viaName"]) == ("key", "test")
    assert len({one["id"] for one in seen}) == len(seen)
    assert admin.get(f"/history?since={cursor}").facts["nextCursor"] == cursor


def test_the_history_is_asked_as_the_page_is(admin: Caller) -> None:
    admin.post("/operators/oscar/disable", {"reason": "Looked for"})

    found = admin.get("/history?reason=Looked+for&object=account").facts["entries"]

    assert [one["operation"] for one in found] == ["accounts.disable"]


@pytest.mark.parametrize(
    "query",
    [
        "since=x",
        "since=-1",
        "since=0&page=2",
        "since=0&limit=500",
        "since=0&limit=2&per_page=5",
        "since=0&limit=2&limit=3",
        "since=0&since=1",
        "since=0&nothing=1",
    ],
)
def test_a_cursor_that_means_nothing_is_refused(admin: Caller, query: str) -> None:
    assert admin.get(f"/history?{query}").status_code == 400
