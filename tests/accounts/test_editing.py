"""Editing one account: which fields, by whom, and what never changes with them."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as some

from accounts.guards import ExceedsYou, KeepsHouse, OnlyOwners, OutOfReach
from accounts.models import Account, Identity
from accounts.operations import ChangedMeanwhile, WrongFields, edit_account
from accounts.operations.fields import constraints_in_words
from itam_portal.refusals import NotAllowed
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Organization, Tenant
from roles.rights import Right
from tests.accounts.test_reach import (
    PLACES,
    World,
    live_assignments,
    on_random_worlds,
    places_of,
    plain_reach,
    settle,
    undone,
    worlds,
)
from tests.cast import account_named, add_account, give, make_role, only, organization

commits = pytest.mark.django_db(transaction=True)
MakeAccount = Callable[..., Account]


def edit(account: Account, by: Any, **changes: Any) -> Account:
    """Edit the account as it is now."""
    return edit_account(account, by=by, version=account.refreshed().version, changes=changes)


def problems(refused: Any) -> dict[str, int | None]:
    """The fields that were refused, each with the account that holds the value already."""
    return {problem.field: problem.account_id for problem in refused.value.problems}


# --- what changes ----------------------------------------------------------------------------------------------------


def test_every_editable_field_changes_and_nothing_else(olivia: Account) -> None:
    nina = account_named("nina")
    before = Account.objects.filter(pk=nina.pk).values().get()
    wanted = {
        "name": "Nina N.",
        "login": "nina.n",
        "email": "nina.n@northwind.example",
        "job_title": "Analyst",
        "shared": True,
        "home": organization("emea"),
    }

    edited = edit(nina, olivia, **wanted)

    assert {field: getattr(edited, field) for field in wanted} == wanted
    after = Account.objects.filter(pk=nina.pk).values().get()
    followers = {"name_key", "login_key", "email_key", "job_title_key", "search_key", "home_key"}
    changed = {field for field in after if after[field] != before[field]}
    assert changed - followers == {*(set(wanted) - {"home"}), "home_id", "version", "changed_at"}


def test_editing_never_touches_the_identity(olivia: Account) -> None:
    victor = account_named("victor")
    before = Identity.objects.filter(pk=victor.identity_id).values().get()

    edited = edit(victor, olivia, name="Vic", login="vic@other.example", email="vic@other.example")

    assert edited.identity_id == victor.identity_id
    assert Identity.objects.filter(pk=victor.identity_id).values().get() == before
    assert not Identity.objects.filter(email="vic@other.example").exists()


def test_what_is_the_same_already_leaves_no_trace(olivia: Account) -> None:
    nina = account_named("nina")

    edited = edit(nina, olivia, name=nina.name, job_title="")

    assert edited.version == nina.version
    assert edited.changed_at == nina.changed_at


def test_the_history_says_what_by_whom_and_why_but_not_the_version(olivia: Account) -> None:
    nina = account_named("nina")
    edit_account(nina, by=olivia, version=nina.version, changes={"job_title": "Analyst"}, reason="New post")

    event = nina.events.latest("pgh_id")

    assert event.job_title == "Analyst"
    assert event.pgh_context["operation"] == "accounts.edit"
    assert (event.pgh_context["by"], event.pgh_context["reason"]) == (olivia.pk, "New post")
    assert not hasattr(event, "version")


@pytest.mark.parametrize("field", ["status", "type", "identity", "last_login_at", "tenant"])
def test_no_other_field_can_be_edited(olivia: Account, field: str) -> None:
    nina = account_named("nina")

    with pytest.raises(KeyError):
        edit(nina, olivia, **{field: "x"})


# --- who -------------------------------------------------------------------------------------------------------------


def test_without_the_right_nobody_edits(victor: Account, oscar: Account) -> None:
    with pytest.raises(NotAllowed):
        edit(account_named("nina"), victor, name="N")


def test_only_owners_edit_owners(adam: Account, olivia: Account, make_account: MakeAccount) -> None:
    tess = make_account("Tess", "Owner")

    with pytest.raises(OnlyOwners):
        edit(olivia, adam, job_title="x")

    assert edit(olivia, tess, job_title="Founder").job_title == "Founder"


def test_one_may_edit_ones_own_fields(olivia: Account, uma: Account, make_account: MakeAccount) -> None:
    assert edit(olivia, olivia, name="Olivia N.").name == "Olivia N."
    assert edit(uma, uma, job_title="Operator of EMEA").job_title == "Operator of EMEA"


def test_a_deny_does_not_keep_one_from_ones_own_fields(make_account: MakeAccount, northwind: Tenant) -> None:
    tess = make_account("Tess", "Operator", make_role(northwind, "Less", denies=[Right.READ_HISTORY]))

    assert edit(tess, tess, name="Tess T.").name == "Tess T."


def test_nobody_edits_an_account_that_holds_more(oscar: Account, adam: Account) -> None:
    with pytest.raises(ExceedsYou):
        edit(adam, oscar, email="oscar@elsewhere.example")

    assert adam.refreshed().email == "adam@northwind.example"


def test_beyond_the_reach_nobody_is_edited(uma: Account) -> None:
    with pytest.raises(OutOfReach):
        edit(account_named("nina"), uma, name="N")


def test_moving_needs_the_right_at_the_old_and_at_the_new_home(
    uma: Account, make_account: MakeAccount, northwind: Tenant
) -> None:
    emea, apac = organization("emea"), organization("apac")
    tess = make_account("Tess", home=emea)

    with pytest.raises(OutOfReach):
        edit(tess, uma, home=apac)
    assert tess.refreshed().home_id == emea.pk

    give(uma, "Operator", apac)
    assert edit(tess, account_named("uma"), home=apac).home_id == apac.pk


def test_a_move_does_not_change_what_an_account_may_do(olivia: Account) -> None:
    uma = account_named("uma")
    before = {right: uma.reach(right) for right in Right}

    edit(uma, olivia, home=organization("apac"))

    assert {right: uma.refreshed().reach(right) for right in Right} == before


def test_the_system_may_and_is_bound_by_what_can_be_kept(northwind: Tenant, olivia: Account) -> None:
    by = System("Test", northwind)

    assert edit(olivia, by, job_title="Owner").job_title == "Owner"
    with pytest.raises(WrongFields):
        edit(olivia, by, login="adam")


def test_the_account_that_keeps_house_keeps_its_login(olivia: Account) -> None:
    automation = account_named("automation")

    with pytest.raises(KeepsHouse):
        edit(automation, olivia, login="robot-2")

    assert edit(automation, olivia, name="Housekeeper").name == "Housekeeper"


@given(
    world=worlds,
    works_in=some.sampled_from(["everywhere", *PLACES]),
    home=some.sampled_from(PLACES),
    to=some.sampled_from(PLACES),
    held=some.lists(
        some.tuples(some.integers(0, 2), some.sampled_from(["everywhere", *PLACES])), max_size=2, unique=True
    ),
)
@on_random_worlds
def test_any_account_is_edited_and_moved_exactly_by_whoever_reaches_both_places_and_holds_all_that_it_holds(
    world: World, works_in: str, home: str, to: str, held: list[tuple[int, str]], scope: None, northwind: Tenant
) -> None:
    with undone():
        actor = settle(world, northwind)
        give(actor, make_role(northwind, "Work", allows=[Right.EDIT_ACCOUNTS]), place(works_in))
        target = add_account(northwind, "Toni", home=organization(home))
        for role, where in held:
            give(target, f"Role {role}", place(where))
        reaches = {home, to} <= ({works_in} if works_in in PLACES else set(PLACES))

        if reaches and not exceeds(target, actor):
            assert edit(target, actor, home=organization(to), job_title="New").home.code == to
        else:
            with pytest.raises((OutOfReach, ExceedsYou)):
                edit(target, actor, home=organization(to), job_title="New")
            assert target.refreshed().job_title == ""


def place(name: str) -> Any:
    """The organization of this code, or none for everywhere."""
    return organization(name) if name in PLACES else None


def exceeds(target: Account, actor: Account) -> bool:
    """Whether a live assignment of the target gives a right where the actor does not hold it."""
    everything = frozenset(Organization.objects.values_list("pk", flat=True))
    for assignment in live_assignments(target):
        is_wide = not assignment.organization_id and not assignment.organization_group_id
        for right in assignment.role.grants_rights:
            reached, reaches_all = plain_reach(actor, right)
            if not places_of(assignment, everything) <= reached or (is_wide and not reaches_all):
                return True
    return False


# --- what can be kept ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["victor", "VICTOR", "Victor"])
def test_a_login_is_unique_in_any_case_and_the_refusal_says_who_has_it(olivia: Account, login: str) -> None:
    with pytest.raises(WrongFields) as refused:
        edit(account_named("nina"), olivia, login=login)

    assert problems(refused) == {"login": account_named("victor").pk}


def test_accents_make_another_login(olivia: Account) -> None:
    assert edit(account_named("nina"), olivia, login="víctor").login == "víctor"


def test_an_email_is_unique_among_operators_in_any_case(olivia: Account) -> None:
    with pytest.raises(WrongFields) as refused:
        edit(account_named("nina"), olivia, email="VICTOR@northwind.example")
    assert problems(refused) == {"email": account_named("victor").pk}

    robot = edit(account_named("robot"), olivia, email="victor@northwind.example")
    assert robot.email == "victor@northwind.example"
    assert edit(account_named("victor"), olivia, email="VICTOR@northwind.example").email.startswith("VICTOR")


def test_all_that_is_wrong_is_said_at_once(olivia: Account) -> None:
    with pytest.raises(WrongFields) as refused:
        edit(account_named("nina"), olivia, name="", login="victor", email="victor@northwind.example")

    assert set(problems(refused)) == {"name", "login", "email"}


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("login", ""), ("email", "no address"), ("job_title", "x" * 201)]
)
def test_what_no_field_can_hold_is_refused_in_words(olivia: Account, field: str, value: str) -> None:
    with pytest.raises(WrongFields) as refused:
        edit(account_named("nina"), olivia, **{field: value})

    assert set(problems(refused)) == {field}


def test_a_login_with_an_at_is_the_email_in_any_case(olivia: Account) -> None:
    nina = account_named("nina")

    with pytest.raises(WrongFields) as refused:
        edit(nina, olivia, login="somebody@else.example")
    assert problems(refused) == {"login": None}
    assert edit(nina, olivia, login="NINA@northwind.example").login == "NINA@northwind.example"
    with pytest.raises(WrongFields):
        edit(nina, olivia, email="nina@new.example")


@pytest.mark.parametrize(("one", "other"), [("Σας", "ΣΑΣ"), ("İ", "i̇"), ("straße", "STRASSE"), ("ﬀ", "FF"), ("ϐ", "β")])
def test_letters_that_languages_treat_differently_never_end_in_an_error(olivia: Account, one: str, other: str) -> None:
    nina, dora = account_named("nina"), account_named("dora")
    edit(nina, olivia, login=one)

    with contextlib.suppress(WrongFields):
        edit(dora, olivia, login=other)

    assert Account.objects.filter(pk=nina.pk, login=one).exists()


def test_next_door_nobody_minds(olivia: Account, mallory: Account) -> None:
    assert edit(account_named("nina"), olivia, login="mallory").login == "mallory"


# --- two at once -----------------------------------------------------------------------------------------------------


def test_the_second_saver_is_told(olivia: Account, adam: Account) -> None:
    nina = account_named("nina")
    edit_account(nina, by=adam, version=nina.version, changes={"job_title": "Analyst"})

    with pytest.raises(ChangedMeanwhile):
        edit_account(nina, by=olivia, version=nina.version, changes={"job_title": "Auditor"})

    assert nina.refreshed().job_title == "Analyst"


@commits
def test_of_two_edits_of_one_version_at_once_exactly_one_is_saved(
    olivia: Account, adam: Account, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    with tenant_scope(northwind.pk):
        nina = account_named("nina")
    results: list[str] = []

    def save(by: Account, title: str) -> None:
        with tenant_scope(northwind.pk):
            try:
                results.append(edit_account(nina, by=by, version=1, changes={"job_title": title}).job_title)
            except ChangedMeanwhile:
                results.append("told")

    at_once(lambda: save(olivia, "One"), lambda: save(adam, "Two"))

    with tenant_scope(northwind.pk):
        assert sorted(results) == sorted([nina.refreshed().job_title, "told"])


@commits
def test_of_two_who_take_one_login_at_once_the_second_is_told_who_has_it(
    olivia: Account, adam: Account, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    with tenant_scope(northwind.pk):
        nina, dora = account_named("nina"), account_named("dora")
    results: list[Any] = []

    def take(account: Account, by: Account) -> None:
        with tenant_scope(northwind.pk):
            try:
                results.append(edit(account, by, login="wanted").login)
            except WrongFields as refused:
                results.append(refused.problems[0].account_id)

    at_once(lambda: take(nina, olivia), lambda: take(dora, adam))

    with tenant_scope(northwind.pk):
        holder = Account.objects.get(login="wanted")
    assert set(results) == {"wanted", holder.pk}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"login": "VICTOR"}, "login"),
        ({"email": "victor@northwind.example"}, "email"),
        ({"login": "a@b.example"}, "login"),
    ],
)
def test_what_only_the_database_sees_is_refused_in_the_same_words(
    olivia: Account, changes: dict[str, str], field: str
) -> None:
    nina = account_named("nina")

    with pytest.raises(WrongFields) as refused, constraints_in_words(by=olivia):
        only(nina).update(**changes)

    assert problems(refused) == {field: None}
    assert nina.refreshed().login == "nina"


def test_any_other_constraint_stays_loud(olivia: Account) -> None:
    with pytest.raises(IntegrityError), constraints_in_words(by=olivia):
        only(account_named("nina")).update(status="asleep")
