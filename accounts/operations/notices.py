"""Mail to the people whom a change concerns: a row for each account, written with the change in one statement."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import models
from django.db.models import Case, F, JSONField, Value, When
from django.utils import timezone

from accounts.models import Account, Group, RoleAssignment, Type
from accounts.queries import AccountQuerySet, Scope
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.mail.posting import post_many, post_rows
from itam_portal.tenancy.actor import Actor
from organizations.models import Organization, OrganizationGroup
from roles.models import Role


class Notice(models.TextChoices):
    """What a mail tells somebody of their account; the value is the mail's kind."""

    GIVEN = "accounts.role_given"
    CHANGED = "accounts.role_changed"
    EDITED = "accounts.role_edited"
    TAKEN = "accounts.role_taken"
    ENDS = "accounts.role_ends"
    DISABLED = "accounts.told_disabled"
    ENABLED = "accounts.told_enabled"


SOON = timedelta(days=7)


def line_of(role: Role, *, scope: Scope, expires_on: date | None, by: Actor) -> dict[str, str]:
    """One role as a mail names it: what, where ('' for the whole tenant) and until when ('' without end)."""
    until = expires_on.isoformat() if expires_on else ""
    return {"role": role.name, "place": _place_of(scope), "until": until}


def _place_of(scope: Scope) -> str:
    if scope.organization_id is not None:
        return Organization.objects.values_list("name", flat=True).get(pk=scope.organization_id)
    if scope.organization_group_id is not None:
        return OrganizationGroup.objects.values_list("name", flat=True).get(pk=scope.organization_group_id)
    return ""


def lines_of(group: Group, *, by: Actor) -> list[dict[str, str]]:
    """The roles that a group gives now, as a mail names them."""
    live = RoleAssignment.objects.live().given_to(group)
    return [line_of(one.role, scope=Scope.of(one), expires_on=one.expires_on, by=by) for one in live]


def tell(keys: Iterable[int], *, notice: Notice, by: Actor, lines: list[dict[str, str]] | None = None) -> int:
    """Mail everybody behind these accounts what was done; answers how many mails that are."""
    chosen = as_array(list(keys))
    return tell_all(Account.objects.filter(AnyOf(F("pk"), chosen)), notice=notice, by=by, lines=lines)


def tell_all(accounts: AccountQuerySet, *, notice: Notice, by: Actor, lines: list[dict[str, str]] | None = None) -> int:
    """The same for a query of accounts. Nothing where the tenant wants no notifications."""
    people = _people(accounts.filter(tenant_id=by.tenant.pk, tenant__email_notifications=True))
    if notice != Notice.DISABLED:
        people = people.enabled()
    facts = {"by": getattr(by, "name", ""), "roles": lines or []}
    rows = people.order_by().values_list("address", "pk", Value(facts, output_field=JSONField()))
    return post_many(by.tenant, kind=notice.value, rows=rows)


def _people(accounts: AccountQuerySet) -> AccountQuerySet:
    """Those behind whom there is somebody who accepted the account; before that only its link is sent."""
    known = accounts.filter(type=Type.OPERATOR, identity__is_active=True)
    return known.annotate(address=Case(When(email="", then=F("identity__email")), default=F("email")))


_ENDS = """
WITH due AS (
    SELECT s.id, s.account_id, s.group_id, s.expires_on FROM accounts_roleassignment s
    JOIN organizations_tenant t ON t.id = s.tenant_id AND t.email_notifications
    WHERE s.tenant_id = %(tenant)s AND s.expires_at > %(now)s AND s.expires_at <= %(soon)s
),
held AS (
    SELECT id, expires_on, account_id AS holder FROM due WHERE account_id IS NOT NULL
    UNION ALL
    SELECT due.id, due.expires_on, m.account_id FROM due
    JOIN accounts_groupmember m ON m.tenant_id = %(tenant)s AND m.group_id = due.group_id
)
SELECT COALESCE(NULLIF(a.email, ''), i.email), held.id, jsonb_build_object('account', a.id, 'until', held.expires_on)
FROM held JOIN accounts_account a ON a.tenant_id = %(tenant)s AND a.id = held.holder
JOIN accounts_identity i ON i.id = a.identity_id AND i.is_active
WHERE a.type = 'operator' AND a.status = 'enabled' AND NOT EXISTS (
    SELECT FROM mail_mail told WHERE told.tenant_id = %(tenant)s AND told.kind = %(kind)s AND told.about = held.id
      AND (told.facts ->> 'account')::bigint = a.id AND told.facts ->> 'until' = held.expires_on::text
)
"""


def tell_of_ends(*, by: Actor) -> int:
    """Mail everybody who holds a role that ends within seven days, once for each end; answers how many mails."""
    now = timezone.now()
    return post_rows(by.tenant, kind=Notice.ENDS.value, sql=_ENDS, parameters={"now": now, "soon": now + SOON})
