"""Saved views under concurrent requests: two at the same moment, each in its own transaction."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Account
from itam_portal.lists.models import DefaultView, SavedView
from itam_portal.lists.saved_views import begin_with, delete_view, save_view
from itam_portal.refusals import Refused
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant

commits = pytest.mark.django_db(transaction=True)


def race(tenant: Tenant, at_once: Callable[..., None], *works: Callable[[], Any]) -> list[str]:
    """What each of these came to, begun at the same moment."""
    start, results = threading.Barrier(len(works)), []

    def run(work: Callable[[], Any]) -> None:
        with tenant_scope(tenant.pk):
            start.wait(10)
            try:
                work()
                results.append("done")
            except Refused as refusal:
                results.append(type(refusal).__name__)

    at_once(*[lambda work=work: run(work) for work in works])
    return sorted(results)


@commits
def test_one_name_asked_for_twice_at_once_is_given_once(
    olivia: Account, adam: Account, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    def save(by: Account, name: str) -> Callable[[], Any]:
        return lambda: save_view("accounts", name=name, query="", is_shared=True, by=by)

    results = race(northwind, at_once, save(olivia, "Ämter"), save(adam, "ÄMTER"), save(adam, "ämter"))

    assert results == ["ViewNameTaken", "ViewNameTaken", "done"]


@commits
def test_a_view_that_is_deleted_while_somebody_prefers_it_leaves_no_default(
    olivia: Account, adam: Account, northwind: Tenant, at_once: Callable[..., None]
) -> None:
    with tenant_scope(northwind.pk):
        view = save_view("accounts", name="Mine", query="", is_shared=True, by=olivia)

    results = race(
        northwind,
        at_once,
        lambda: delete_view(view, by=olivia),
        lambda: begin_with(SavedView(pk=view.pk, list_name="accounts"), by=adam),
    )

    assert results in (["ViewGone", "done"], ["done", "done"])
    with tenant_scope(northwind.pk):
        assert not DefaultView.objects.filter(list_name="accounts").exists()


@commits
def test_who_was_disabled_meanwhile_keeps_nothing_any_more(adam: Account, northwind: Tenant) -> None:
    with tenant_scope(northwind.pk):
        Account.objects.filter(pk=adam.pk).update(status="disabled")

        with pytest.raises(Refused):
            save_view("accounts", name="Mine", query="", by=adam)
