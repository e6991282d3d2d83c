"""SQL that is written once answers what the query set would."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account
from itam_portal.lists import prepared
from itam_portal.lists.search import AnyOf, as_array


@pytest.fixture(autouse=True)
def forget() -> Any:
    prepared._known.clear()
    yield
    prepared._known.clear()


def named(tenant: int, keys: list[int], before: datetime) -> QuerySet:
    rows = Account.objects.filter(AnyOf(F("pk"), as_array(keys)), tenant_id=tenant, created_at__lt=before)
    return rows.order_by("name_key", "pk").values("pk", "name", "status", "last_login_at")


def test_the_same_statement_answers_for_other_values(olivia: Account, adam: Account, victor: Account) -> None:
    now = timezone.now()

    for keys in ([olivia.pk], [adam.pk, victor.pk], [], [victor.pk, olivia.pk]):
        values = {"tenant": olivia.tenant_id, "keys": keys, "before": now}
        assert prepared.rows_of("named", named, **values) == list(named(**values))

    assert prepared.rows_of("named", named, tenant=olivia.tenant_id + 1, keys=[olivia.pk], before=now) == []
    (statement,) = prepared._known.values()
    assert statement is not None


def test_two_numbers_are_not_mistaken_for_each_other(olivia: Account) -> None:
    def build(tenant: int, key: int) -> QuerySet:
        return Account.objects.filter(pk=key, tenant_id=tenant).values("pk")

    assert prepared.rows_of("two", build, tenant=olivia.tenant_id, key=olivia.pk) == [{"pk": olivia.pk}]
    assert prepared.rows_of("two", build, tenant=olivia.pk + 7, key=olivia.tenant_id) == []


def test_what_holds_a_value_of_the_moment_is_asked_anew(olivia: Account) -> None:
    def build(tenant: int) -> QuerySet:
        return Account.objects.filter(tenant_id=tenant, created_at__lt=timezone.now()).values("pk")

    found = prepared.rows_of("moment", build, tenant=olivia.tenant_id)

    assert list(prepared._known.values()) == [None]
    assert {row["pk"] for row in found} == set(Account.objects.values_list("pk", flat=True))


def test_writing_costs_no_query(olivia: Account) -> None:
    values = {"tenant": olivia.tenant_id, "keys": [olivia.pk], "before": timezone.now()}

    with CaptureQueriesContext(connection) as queries:
        prepared.rows_of("named", named, **values)

    assert len(queries) == 1
