"""What an account prefers of a list, on the server; the tenant's default where it prefers nothing."""

import json
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from itam_portal.lists.models import ListPreference, SavedView
from itam_portal.lists.prepared import rows_of
from itam_portal.lists.state import Preference


def preference_of(account: Any, list_name: str) -> Preference:
    """Columns and page size: the account's own, else the tenant's default. One query."""
    found = rows_of(("preference", list_name), partial(_kept, list_name), tenant=account.tenant_id, account=account.pk)
    rows = sorted(found, key=lambda row: row["account_id"] is None)
    columns = next((json.loads(row["chosen"]) for row in rows if row["chosen"] != "[]"), ())
    per_page = next((row["per_page"] for row in rows if row["per_page"]), None)
    return Preference(tuple(columns), per_page)


def _kept(list_name: str, tenant: int, account: int) -> Any:
    own_or_default = Q(account_id=account) | Q(account__isnull=True)
    kept = ListPreference.objects.filter(own_or_default, tenant_id=tenant, list_name=list_name)
    return kept.annotate(chosen=Cast("columns", TextField())).values("account_id", "chosen", "per_page")


@transaction.atomic
def prefer(account: Any, list_name: str, *, by: Any, for_tenant: bool = False, **values: Any) -> None:
    """Keep columns or page size for this list: for the account, or as the tenant's default."""
    ListPreference.objects.update_or_create(
        tenant=account.tenant, account=None if for_tenant else account, list_name=list_name, defaults=values
    )


@transaction.atomic
def forget(account: Any, list_name: str, *, by: Any) -> None:
    """Go back to the tenant's default columns."""
    ListPreference.objects.filter(tenant=account.tenant, account=account, list_name=list_name).update(
        columns=[], per_page=None
    )


def keep_address(account: Any, list_name: str, query: str, *, by: Any) -> SavedView:
    """An unnamed view in place of an address that grew too long; the same address gives the same view."""
    found = SavedView.objects.filter(tenant=account.tenant, account=account, list_name=list_name, name="", query=query)
    return found.first() or SavedView.objects.create(
        tenant=account.tenant, account=account, list_name=list_name, query=query
    )
