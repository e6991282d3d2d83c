"""Operators become services and services operators: what that ends, and who may."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.guards import ExceedsYou, KeepsHouse, LastOwner, NoChange, OnlyOwners, OutOfReach, YourOwnAccount
from accounts.models import Account, Ending, GroupMember, Identity, LoginSession, RoleAssignment, Type
from accounts.operations import WrongFields, change_type
from itam_portal.refusals import NotAllowed
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests.cast import account_named, started

commits = pytest.mark.django_db(transaction=True)
MakeAccount = Callable[..., Account]
Browse = Callable[[Account], Client]


# --- what it ends ----------------------------------------------------------------------------------------------------


def test_becoming_a_service_ends_the_sessions_and_the_sign_in(olivia: Account, victor: Account) -> None:
    session, identity = started(victor, 60), Identity.objects.filter(pk=victor.identity_id).values().get()

    changed = change_type(victor, by=olivia, to=Type.SERVICE, reason="A robot now")

    assert (changed.type, changed.identity_id) == (Type.SERVICE, None)
    ended = LoginSession.objects.get(pk=session.pk)
    assert (ended.ending, ended.ended_at is not None) == (Ending.RETYPED, True)
    assert changed.last_login_duration >= 60
    kept = Identity.objects.filter(pk=identity["id"]).values().get()
    assert {**kept, "last_tenant_id": None} == {**identity, "last_tenant_id": None}


def test_roles_groups_and_status_stay(olivia: Account) -> None:
    gil = account_named("gil")

    changed = change_type(gil, by=olivia, to=Type.SERVICE)

    assert GroupMember.objects.filter(account=gil).exists()
    assert (changed.status, changed.access_until) == (gil.status, gil.access_until)


def test_becoming_an_operator_gives_no_sign_in(olivia: Account) -> None:
    robot = account_named("robot")
    roles = list(RoleAssignment.objects.of(robot).pairs())

    changed = change_type(robot, by=olivia, to=Type.OPERATOR)

    assert (changed.type, changed.identity_id) == (Type.OPERATOR, None)
    assert list(RoleAssignment.objects.of(robot).pairs()) == roles


def test_the_history_says_so(olivia: Account, victor: Account) -> None:
    change_type(victor, by=olivia, to=Type.SERVICE, reason="A robot now")

    event = victor.events.latest("pgh_id")
    assert (event.type, event.identity_id) == (Type.SERVICE, None)
    assert (event.pgh_context["operation"], event.pgh_context["reason"]) == ("accounts.type", "A robot now")


def test_no_two_operators_get_one_address(olivia: Account, make_account: MakeAccount) -> None:
    fields = {"email": "victor@northwind.example", "type": Type.SERVICE, "signs_in": False}
    twin = make_account("Twin", **fields)

    with pytest.raises(WrongFields) as refused:
        change_type(twin, by=olivia, to=Type.OPERATOR)

    assert refused.value.problems[0].account_id == account_named("victor").pk
    assert twin.refreshed().type == Type.SERVICE


# --- who -------------------------------------------------------------------------------------------------------------


def test_nobody_retypes_themself(olivia: Account, adam: Account) -> None:
    for account in (olivia, adam):
        with pytest.raises(YourOwnAccount):
            change_type(account, by=account, to=Type.SERVICE)


def test_the_last_owner_stays_an_operator(olivia: Account, northwind: Tenant) -> None:
    with pytest.raises(LastOwner):
        change_type(olivia, by=System("Test", northwind), to=Type.SERVICE)

    assert olivia.refreshed().identity_id == olivia.identity_id


def test_only_owners_retype_owners(adam: Account, olivia: Account, make_account: MakeAccount) -> None:
    tess = make_account("Tess", "Owner")

    with pytest.raises(OnlyOwners):
        change_type(tess, by=adam, to=Type.SERVICE)

    assert change_type(tess, by=olivia, to=Type.SERVICE).type == Type.SERVICE


def test_nobody_retypes_an_account_that_holds_more(oscar: Account, adam: Account) -> None:
    with pytest.raises(ExceedsYou):
        change_type(adam, by=oscar, to=Type.SERVICE)


def test_beyond_the_reach_nobody_is_retyped(uma: Account) -> None:
    with pytest.raises(OutOfReach):
        change_type(account_named("nina"), by=uma, to=Type.SERVICE)


def test_without_the_right_nobody_is_retyped(victor: Account) -> None:
    with pytest.raises(NotAllowed):
        change_type(account_named("nina"), by=victor, to=Type.SERVICE)


def test_the_account_that_keeps_house_stays_a_service(olivia: Account) -> None:
    with pytest.raises(KeepsHouse):
        change_type(account_named("automation"), by=olivia, to=Type.OPERATOR)


def test_what_it_is_already_is_no_change(olivia: Account, victor: Account) -> None:
    with pytest.raises(NoChange):
        change_type(victor, by=olivia, to=Type.OPERATOR)


@commits
def test_two_owners_who_retype_each_other_at_once_leave_one(
    olivia: Account, make_account: MakeAccount, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    tess = make_account("Tess", "Owner")
    results: list[str] = []

    def retype(account: Account, by: Account) -> None:
        with tenant_scope(northwind.pk):
            try:
                results.append(change_type(account, by=by, to=Type.SERVICE).type)
            except (OnlyOwners, LastOwner, YourOwnAccount, NotAllowed) as refusal:
                results.append(type(refusal).__name__)

    at_once(lambda: retype(tess, olivia), lambda: retype(olivia, tess))

    with tenant_scope(northwind.pk):
        assert len(set(Account.objects.keeping().values_list("pk", flat=True)) & {olivia.pk, tess.pk}) == 1, results


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_says_first_what_becoming_a_service_ends(olivia: Account, victor: Account, client_of: Browse) -> None:
    started(victor, 60)
    started(victor, 50)

    html = client_of(olivia).get(f"/accounts/{victor.pk}/type/").content.decode()

    assert "2 open sessions" in html
    assert "the person is no longer linked to it" in html
    assert victor.refreshed().type == Type.OPERATOR


@commits
def test_whoever_uses_it_is_out_at_once(olivia: Account, victor: Account, client_of: Browse, northwind: Tenant) -> None:
    used = client_of(victor)
    assert used.get("/accounts/").status_code == 200

    answer = client_of(olivia).post(f"/accounts/{victor.pk}/type/", {"type": "service"}, follow=True)

    assert "This is a service account now." in answer.content.decode()
    assert used.get("/accounts/").headers["Location"].startswith("/sign-in/")
    with tenant_scope(northwind.pk):
        assert victor.refreshed().identity_id is None
        assert not LoginSession.objects.open().filter(account=victor).exists()
        assert Identity.objects.filter(pk=victor.identity_id).exists()


def test_the_page_says_what_becoming_an_operator_ends(olivia: Account, client_of: Browse) -> None:
    robot = account_named("robot")
    browser = client_of(olivia)

    assert "access keys" in browser.get(f"/accounts/{robot.pk}/type/").content.decode()
    browser.post(f"/accounts/{robot.pk}/type/", {"type": "operator", "reason": "Retired"})

    assert robot.refreshed().type == Type.OPERATOR


def test_a_taken_address_is_said_on_the_page_of_the_type(
    olivia: Account, client_of: Browse, make_account: MakeAccount
) -> None:
    twin = make_account("Twin", email="victor@northwind.example", type=Type.SERVICE, signs_in=False)

    answer = client_of(olivia).post(f"/accounts/{twin.pk}/type/", {"type": "operator"})

    assert answer.status_code == 422
    assert "Victor Northwind" in answer.content.decode()


@pytest.mark.parametrize("type_", ["", "robot", "\0"])
def test_an_unknown_type_is_refused_in_words(olivia: Account, client_of: Browse, type_: str) -> None:
    nina = account_named("nina")

    answer = client_of(olivia).post(f"/accounts/{nina.pk}/type/", {"type": type_})

    assert answer.status_code == 400
    assert nina.refreshed().type == Type.OPERATOR


def test_the_guards_refuse_on_the_page_of_the_type_too(
    adam: Account, olivia: Account, oscar: Account, client_of: Browse
) -> None:
    for reader, account, says in (
        (adam, adam, "your own account"),
        (adam, olivia, "without an owner"),
        (oscar, adam, "a right that you do not hold"),
        (olivia, account_named("automation"), "Housekeeping is done under the name"),
    ):
        browser = client_of(reader)
        address, to = f"/accounts/{account.pk}/type/", "operator" if account.type == "service" else "service"
        for answer in (browser.get(address), browser.post(address, {"type": to})):
            assert answer.status_code == 409
            assert says in answer.content.decode()
        assert account.refreshed().type == account.type
