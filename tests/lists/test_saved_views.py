"""Saved views: who may do what with them, and what becomes of names, tabs and defaults."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import Account
from itam_portal.lists.models import DefaultView, PinnedView, SavedView
from itam_portal.lists.preferences import kept_of
from itam_portal.lists.saved_views import (
    TenantsDefaultView,
    ViewGone,
    ViewIsPrivate,
    ViewNameTaken,
    ViewWithoutName,
    begin_plainly,
    begin_plainly_for_all,
    begin_with,
    begin_with_for_all,
    delete_view,
    pin_for_all,
    pin_view,
    rename_view,
    save_view,
    share_view,
    unpin_for_all,
    unpin_view,
    unshare_view,
    update_view,
)
from itam_portal.lists.viewing import View, Views
from itam_portal.refusals import NotAllowed
from itam_portal.tenancy.scope import tenant_scope
from roles.rights import Right
from tests.cast import make_role


def save(by: Account, name: str = "Mine", **facts: Any) -> SavedView:
    return save_view("accounts", **{"name": name, "query": "status=enabled", **facts}, by=by)


def views_for(account: Account, list_name: str = "accounts") -> Views:
    return kept_of(account, list_name, columns_of="accounts").views


def seen(account: Account, name: str) -> View | None:
    return next((view for view in views_for(account).named if view.name == name), None)


# --- saving and seeing --------------------------------------------------------------------------------------------


def test_a_private_view_is_its_makers_alone(victor: Account, olivia: Account) -> None:
    view = save(victor)

    assert seen(victor, "Mine") == View(view.pk, "Mine", maker=victor.name, is_own=True)
    assert seen(olivia, "Mine") is None


def test_everybody_may_share_and_everybody_sees_it(victor: Account, olivia: Account) -> None:
    view = share_view(save(victor), by=victor)

    found = seen(olivia, "Mine")
    assert found
    assert (found.pk, found.is_own, found.maker) == (view.pk, False, victor.name)


def test_the_makers_name_is_shown_only_to_who_may_see_the_maker(victor: Account, uma: Account) -> None:
    save(victor, is_shared=True)

    found = seen(uma, "Mine")

    assert found
    assert found.maker == ""


def test_lists_do_not_mix_their_views(victor: Account) -> None:
    save(victor)

    assert views_for(victor, "accounts_unassigned").named == []


def test_another_tenant_sees_nothing_of_it(victor: Account, mallory: Account) -> None:
    view = save(victor, is_shared=True)

    with tenant_scope(mallory.tenant_id):
        assert seen(mallory, "Mine") is None
        for operation in (pin_view, begin_with, delete_view, share_view):
            with pytest.raises(ViewGone):
                operation(view, by=mallory)
    assert SavedView.objects.filter(pk=view.pk).exists()


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "   ", "\0", "x" * 61])
def test_a_view_has_a_name_of_at_most_sixty_characters(victor: Account, name: str) -> None:
    with pytest.raises(ViewWithoutName):
        save(victor, name)


def test_blanks_in_a_name_are_made_single(victor: Account) -> None:
    assert save(victor, "  Sign-ins \n of  EMEA ").name == "Sign-ins of EMEA"


@pytest.mark.parametrize("other", ["Ämter", "ÄMTER", "ämter", " ämter "])
def test_a_name_is_taken_in_any_case(victor: Account, other: str) -> None:
    save(victor, "Ämter")

    with pytest.raises(ViewNameTaken):
        save(victor, other)


def test_private_names_of_others_are_free(victor: Account, oscar: Account) -> None:
    save(victor)

    assert save(oscar, is_shared=True).name == "Mine"


def test_two_shared_views_do_not_carry_one_name(victor: Account, oscar: Account) -> None:
    save(victor, is_shared=True)
    private = save(oscar, "MINE")

    with pytest.raises(ViewNameTaken):
        share_view(private, by=oscar)
    other = save(oscar, "Mine too", is_shared=True)
    with pytest.raises(ViewNameTaken):
        rename_view(other, name="Mine", by=oscar)


def test_the_same_name_may_stand_on_another_list(victor: Account) -> None:
    save(victor)

    assert save_view("accounts_unassigned", name="Mine", query="", by=victor).pk


def test_a_view_may_be_renamed_to_its_own_name_in_another_case(victor: Account) -> None:
    assert rename_view(save(victor, "mine"), name="Mine", by=victor).name == "Mine"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    names=some.lists(
        some.tuples(some.sampled_from(["a", "A", "ß", "ẞ", "SS", "i", "İ", "I"]), some.booleans()), max_size=5
    )
)
def test_whatever_names_are_asked_for_the_database_agrees(  # type: ignore[no-untyped-def]
    victor, oscar, names
) -> None:
    """What the operation lets through the constraints let through too: no name leads to an error of the database."""
    with transaction.atomic():
        for place, (name, is_shared) in enumerate(names):
            try:
                save((victor, oscar)[place % 2], name, is_shared=is_shared)
            except ViewNameTaken:
                continue
        transaction.set_rollback(True)


def test_the_database_itself_keeps_names_apart(victor: Account, oscar: Account) -> None:
    given_ = {"tenant": victor.tenant, "list_name": "accounts", "query": ""}
    save(victor, is_shared=True)

    for account, facts in ((victor, {"name": "mine"}), (oscar, {"name": "MINE", "is_shared": True})):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedView.objects.create(**given_, account=account, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(**given_, account=oscar, name="Private tab", is_pinned=True)


# --- changing -----------------------------------------------------------------------------------------------------

CHANGES: dict[str, Callable[..., Any]] = {
    "update": lambda view, by: update_view(view, query="type=service", by=by),
    "rename": lambda view, by: rename_view(view, name="Other", by=by),
    "share": lambda view, by: share_view(view, by=by),
    "unshare": lambda view, by: unshare_view(view, by=by),
    "pin_for_all": lambda view, by: pin_for_all(view, by=by),
    "unpin_for_all": lambda view, by: unpin_for_all(view, by=by),
    "delete": lambda view, by: delete_view(view, by=by),
}
each_change = pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))


@each_change
def test_a_private_view_is_not_there_for_others_whatever_they_hold(
    victor: Account, olivia: Account, change: Callable[..., Any]
) -> None:
    view = save(victor)

    with pytest.raises(ViewGone):
        change(view, by=olivia)


@each_change
def test_a_shared_view_of_somebody_else_is_changed_only_with_the_right_for_the_whole_tenant(
    victor: Account, oscar: Account, adam: Account, uma: Account, make_account: Any, change: Callable[..., Any]
) -> None:
    view = save(victor, is_shared=True)
    role = make_role(victor.tenant, "Defaults there", allows=[Right.READ_ACCOUNTS, Right.SET_LIST_DEFAULTS])
    scoped = make_account("Tess", role, at=uma.home)

    for account in (oscar, scoped):
        with pytest.raises(NotAllowed):
            change(view, by=account)
    change(view, by=adam)


@each_change
def test_its_maker_may_change_a_shared_view_until_everybody_begins_with_it(
    victor: Account, adam: Account, change: Callable[..., Any]
) -> None:
    view = save(victor, is_shared=True)
    begin_with_for_all(view, by=adam)

    with pytest.raises(TenantsDefaultView):
        change(view, by=victor)
    begin_plainly_for_all("accounts", by=adam)
    change(view, by=victor)


def test_updating_changes_what_the_view_holds(victor: Account) -> None:
    view = save(victor)

    update_view(view, query="type=service", by=victor)

    assert SavedView.objects.get(pk=view.pk).query == "type=service"


def test_a_view_that_was_deleted_meanwhile_is_gone(victor: Account) -> None:
    view = save(victor)
    delete_view(SavedView.objects.get(pk=view.pk), by=victor)

    for change in CHANGES.values():
        with pytest.raises(ViewGone):
            change(view, by=victor)


# --- tabs and defaults --------------------------------------------------------------------------------------------


def test_a_tab_is_ones_own(victor: Account, olivia: Account) -> None:
    view = save(victor, is_shared=True)

    pin_view(view, by=olivia)
    pin_view(view, by=olivia)

    found, other = seen(olivia, "Mine"), seen(victor, "Mine")
    assert found
    assert other
    assert (found.is_tab, other.is_tab) == (True, False)
    unpin_view(view, by=olivia)
    assert not PinnedView.objects.filter(view=view).exists()


def test_a_shared_view_becomes_a_tab_for_everybody_by_its_maker(victor: Account, olivia: Account) -> None:
    view = save(victor, is_shared=True)

    pin_for_all(view, by=victor)

    found = seen(olivia, "Mine")
    assert found
    assert found.is_tab
    unpin_for_all(view, by=victor)
    assert not seen(olivia, "Mine").is_tab  # type: ignore[union-attr]


def test_what_everybody_gets_must_be_shared(adam: Account) -> None:
    view = save(adam)

    for operation in (pin_for_all, begin_with_for_all):
        with pytest.raises(ViewIsPrivate):
            operation(view, by=adam)


def test_there_is_one_default_for_each_account_and_one_for_the_tenant(victor: Account, adam: Account) -> None:
    first, second = save(adam, "First", is_shared=True), save(adam, "Second", is_shared=True)
    for view in (first, second):
        begin_with(view, by=victor)
    for view in (second, first):
        begin_with_for_all(view, by=adam)

    assert DefaultView.objects.filter(list_name="accounts").count() == 2
    assert views_for(victor).default == View(
        second.pk, "Second", "status=enabled", adam.name, is_shared=True, is_default=True
    )
    assert views_for(adam).default.pk == first.pk  # type: ignore[union-attr]
    begin_plainly("accounts", by=victor)
    assert views_for(victor).default.pk == first.pk  # type: ignore[union-attr]


def test_only_with_the_right_somebody_decides_what_everybody_begins_with(victor: Account, oscar: Account) -> None:
    view = save(victor, is_shared=True)

    for account in (victor, oscar):
        with pytest.raises(NotAllowed):
            begin_with_for_all(view, by=account)
        with pytest.raises(NotAllowed):
            begin_plainly_for_all("accounts", by=account)


def test_a_view_that_is_shared_no_longer_leaves_the_tabs_and_defaults_of_others(
    victor: Account, olivia: Account, adam: Account
) -> None:
    view = save(victor, is_shared=True)
    for account in (victor, olivia):
        pin_view(view, by=account)
        begin_with(view, by=account)
    begin_with_for_all(view, by=adam)

    unshare_view(view, by=adam)

    assert list(PinnedView.objects.filter(view=view).values_list("account", flat=True)) == [victor.pk]
    assert list(DefaultView.objects.filter(view=view).values_list("account", flat=True)) == [victor.pk]


def test_deleting_takes_the_view_out_of_all_tabs_and_defaults(victor: Account, olivia: Account) -> None:
    view = save(victor, is_shared=True)
    pin_view(view, by=olivia)
    begin_with(view, by=olivia)

    delete_view(view, by=victor)

    assert not PinnedView.objects.filter(view_id=view.pk).exists()
    assert views_for(olivia).default is None
