"""What an account prefers of a list, on the server; the tenant's default where it prefers nothing."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from itam_portal.lists.models import ListPreference, SavedView
from itam_portal.lists.state import Preference
from itam_portal.lists.viewing import View, Views
from itam_portal.tenancy.reach import ALL

# All that a list page needs to know of its reader, in one question. The text of a view is read only where it can be
# needed: of the view that is asked for, and of the defaults.
_KEPT = """
SELECT 'preference' AS kind, to_jsonb(p) AS kept FROM lists_listpreference p
WHERE p.tenant_id = %(tenant)s AND p.list_name = %(columns_of)s
  AND (p.account_id = %(account)s OR p.account_id IS NULL)
UNION ALL
SELECT 'view', jsonb_build_object(
    'pk', v.id, 'name', v.name, 'is_own', v.account_id = %(account)s, 'is_shared', v.is_shared,
    'maker', CASE WHEN %(sees_all)s OR a.home_id = ANY(%(sees)s) THEN a.name ELSE '' END,
    'is_pinned', p.id IS NOT NULL, 'is_pinned_for_all', v.is_pinned,
    'is_default', own.id IS NOT NULL, 'is_tenants_default', tenants.id IS NOT NULL,
    'query', CASE WHEN v.id = %(asked)s OR own.id IS NOT NULL OR tenants.id IS NOT NULL
        THEN v.query ELSE '' END)
FROM lists_savedview v
JOIN accounts_account a ON a.tenant_id = v.tenant_id AND a.id = v.account_id
LEFT JOIN lists_pinnedview p ON p.tenant_id = v.tenant_id AND p.view_id = v.id AND p.account_id = %(account)s
LEFT JOIN lists_defaultview own
  ON own.tenant_id = v.tenant_id AND own.view_id = v.id AND own.account_id = %(account)s
LEFT JOIN lists_defaultview tenants
  ON tenants.tenant_id = v.tenant_id AND tenants.view_id = v.id AND tenants.account_id IS NULL
WHERE v.tenant_id = %(tenant)s AND v.list_name = %(list)s
  AND (v.account_id = %(account)s AND (v.name <> '' OR v.id = %(asked)s) OR v.is_shared)
"""


@dataclass(frozen=True)
class Kept:
    """What is kept of one list for one reader: preferred columns and page size, and the views."""

    preference: Preference = field(default_factory=Preference)
    views: Views = field(default_factory=Views)


def kept_of(account: Any, list_name: str, *, columns_of: str, asked: int = 0) -> Kept:
    """Preference and views of a list, in one query. `asked` is the view whose text is needed."""
    reach = account.reach("accounts.read")
    given = {"tenant": account.tenant_id, "account": account.pk, "list": list_name, "columns_of": columns_of}
    seen: list[int] = [] if reach is ALL else list(reach)
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, {**given, "sees_all": reach is ALL, "sees": seen, "asked": asked})
        rows = [(kind, json.loads(kept)) for kind, kept in cursor.fetchall()]
    views = [View(**kept) for kind, kept in rows if kind == "view"]
    preferences = [kept for kind, kept in rows if kind == "preference"]
    return Kept(_preference(preferences), Views(tuple(sorted(views, key=lambda view: (view.name.casefold(), view.pk)))))


def _preference(rows: list[dict[str, Any]]) -> Preference:
    """Columns and page size: the account's own, else the tenant's default."""
    rows = sorted(rows, key=lambda row: row["account_id"] is None)
    columns = next((row["columns"] for row in rows if row["columns"]), ())
    per_page = next((row["per_page"] for row in rows if row["per_page"]), None)
    group = next((row["group"] for row in rows if row["group"]), "")
    return Preference(tuple(columns), per_page, group)


def preference_of(account: Any, list_name: str) -> Preference:
    """Columns and page size alone. One query."""
    return kept_of(account, "", columns_of=list_name).preference


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
        columns=[], per_page=None, group=""
    )


def keep_address(account: Any, list_name: str, query: str, *, by: Any) -> SavedView:
    """An unnamed view in place of an address that grew too long; the same address gives the same view."""
    found = SavedView.objects.filter(tenant=account.tenant, account=account, list_name=list_name, name="", query=query)
    return found.first() or SavedView.objects.create(
        tenant=account.tenant, account=account, list_name=list_name, query=query
    )
