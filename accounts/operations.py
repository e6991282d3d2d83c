"""The only writers of accounts, their sessions and what they hold."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts import guards
from accounts.models import FOREVER, Account, Ending, HeldRole, Identity, LoginSession, RoleAssignment, Status, Type
from accounts.queries import AccountQuerySet
from itam_portal.history.context import context
from itam_portal.lists import receipts
from itam_portal.lists.models import Receipt, ReceiptRow
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.refusals import NotAllowed, require
from itam_portal.tenancy.actor import Actor
from organizations.models import Organization, OrganizationType, Tenant
from roles.models import Role
from roles.rights import BUILTIN_DESCRIPTIONS, BUILTIN_RIGHTS, Builtin, Right


def lock(by: Actor) -> Any:
    """Let no other operation of this tenant run beside this one; answers the actor as it is now.

    Raises NotAllowed where the actor can no longer act.
    """
    Tenant.objects.locked(by.tenant.pk)
    if by.is_system:
        return by
    actor = Account.objects.select_related("tenant").get(pk=by.pk)
    if not (actor.is_enabled and actor.is_assigned):
        raise NotAllowed
    return actor


@transaction.atomic
def disable_accounts(
    accounts: AccountQuerySet, *, by: Actor, reason: str = "", receipt: Receipt | None = None
) -> Receipt:
    """Keep these accounts from signing in until they are enabled again."""
    by = lock(by)
    require(by, Right.DISABLE_ACCOUNTS)
    judgement = guards.judge_disabling(accounts, by=by, right=Right.DISABLE_ACCOUNTS)

    receipt = receipt or receipts.open_receipt(operation="accounts.disable", by=by, reason=reason)
    with context("accounts.disable", by=by, reason=reason, receipt=receipt.pk):
        _set_status(accounts, Status.DISABLED, judgement=judgement, receipt=receipt)
    return receipt


@transaction.atomic
def enable_accounts(
    accounts: AccountQuerySet, *, by: Actor, reason: str = "", receipt: Receipt | None = None
) -> Receipt:
    """Let these accounts sign in again, with the rights they hold."""
    by = lock(by)
    require(by, Right.ENABLE_ACCOUNTS)
    judgement = guards.judge_enabling(accounts, by=by, right=Right.ENABLE_ACCOUNTS)

    receipt = receipt or receipts.open_receipt(operation="accounts.enable", by=by, reason=reason)
    with context("accounts.enable", by=by, reason=reason, receipt=receipt.pk):
        _set_status(accounts, Status.ENABLED, judgement=judgement, receipt=receipt)
    return receipt


def _set_status(accounts: AccountQuerySet, status: Status, *, judgement: guards.Judgement, receipt: Receipt) -> None:
    judged = judgement.annotate(accounts.order_by())
    seen, keys = receipts.record(receipt, judged, before=JSONObject(status="status"))
    # By their keys: of rows written a moment ago the planner knows nothing, and would look for each of them alone.
    changing = Account.objects.filter(AnyOf(F("pk"), as_array(keys)), tenant_id=receipt.tenant_id).exclude(
        status=status
    )
    if status == Status.DISABLED:
        _end_sessions(keys, Ending.DISABLED)
    changed = changing.update(status=status, changed_at=timezone.now())
    receipts.count(receipt, changed=changed, seen=seen)
    if receipt.selection_id is None:
        _raise_single_refusal(receipt)
        receipts.close(receipt)


def _raise_single_refusal(receipt: Receipt) -> None:
    """One account that was refused is an error, not a receipt of nothing."""
    if receipt.total != 1 or receipt.changed:
        return
    code = ReceiptRow.objects.values_list("outcome", flat=True).get(receipt=receipt)
    if code != guards.NoChange.code:
        raise guards.REFUSALS[code]


def _end_sessions(accounts: list[int], ending: Ending) -> None:
    """End every open session of these accounts now, and keep how long the newest one took."""
    ended = LoginSession.objects.open().filter(AnyOf(F("account_id"), as_array(accounts)))
    keys = list(ended.order_by().values_list("account_id", flat=True).distinct())
    if keys:
        ended.update(ended_at=timezone.now(), ending=ending)
        _remember_durations(keys)


def _remember_durations(keys: list[int]) -> None:
    """Store the length of each account's newest ended session, in whole seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_account SET last_login_duration = newest.seconds FROM ("
            "  SELECT DISTINCT ON (account_id) account_id,"
            "         floor(extract(epoch FROM ended_at - started_at))::integer AS seconds"
            "  FROM accounts_loginsession"
            "  WHERE tenant_id = current_setting('app.tenant_id')::bigint AND account_id = ANY(%s)"
            "    AND ended_at IS NOT NULL"
            "  ORDER BY account_id, started_at DESC, id DESC) AS newest "
            "WHERE tenant_id = current_setting('app.tenant_id')::bigint AND id = newest.account_id",
            [keys],
        )


# --- sessions -----------------------------------------------------------------------------------------------


@transaction.atomic
def begin_session(account: Account, *, by: Actor, address: str | None = None, browser: str = "") -> LoginSession:
    """Record that somebody signed in to this account."""
    now = timezone.now()
    session = LoginSession.objects.create(
        tenant_id=account.tenant_id,
        account=account,
        started_at=now,
        last_seen_at=now,
        address=address,
        browser=browser[:200],
    )
    Account.objects.filter(pk=account.pk).update(last_login_at=now)
    Identity.objects.filter(accounts=account).update(last_tenant=account.tenant_id)
    return session


@transaction.atomic
def end_session(session: LoginSession, *, by: Actor, ending: Ending, at: datetime | None = None) -> None:
    """End one session; one that expired ended at its last request."""
    changed = LoginSession.objects.open().filter(pk=session.pk).update(ended_at=at or timezone.now(), ending=ending)
    if changed:
        _remember_durations([session.account_id])


def end_expired_sessions(*, before: datetime, by: Actor) -> int:
    """End the sessions without a request since this moment, each at its last request; answers how many."""
    idle = LoginSession.objects.open().filter(tenant_id=by.tenant.pk, last_seen_at__lt=before)
    keys = list(idle.values_list("account_id", flat=True).distinct())
    ended = idle.update(ended_at=F("last_seen_at"), ending=Ending.EXPIRED)
    if keys:
        _remember_durations(keys)
    return ended


@transaction.atomic
def choose_theme(identity: Identity, theme: str, *, by: Actor) -> None:
    """Show this person's pages light, dark, or as their system says."""
    with context("identity.theme", by=by):
        identity.theme = theme
        identity.save(update_fields=["theme"])


# --- what lists show of roles -------------------------------------------------------------------------------

_REFRESH = """
WITH changed AS (SELECT unnest(%(keys)s::bigint[]) AS id),
live AS (
    SELECT s.account_id, s.role_id, s.expires_at FROM accounts_roleassignment s
    JOIN changed ON changed.id = s.account_id
    WHERE s.tenant_id = %(tenant)s
    UNION ALL
    SELECT m.account_id, s.role_id, s.expires_at FROM accounts_groupmember m
    JOIN changed ON changed.id = m.account_id
    JOIN accounts_roleassignment s ON s.tenant_id = m.tenant_id AND s.group_id = m.group_id
    WHERE m.tenant_id = %(tenant)s
),
best AS (SELECT account_id, role_id, max(COALESCE(expires_at, %(forever)s)) AS until FROM live GROUP BY 1, 2),
gone AS (
    DELETE FROM accounts_heldrole h USING changed
    WHERE h.tenant_id = %(tenant)s AND h.account_id = changed.id
      AND NOT EXISTS (SELECT FROM best b WHERE b.account_id = h.account_id AND b.role_id = h.role_id)
),
kept AS (
    INSERT INTO accounts_heldrole (tenant_id, account_id, role_id, until)
    SELECT %(tenant)s, account_id, role_id, until FROM best
    ON CONFLICT (tenant_id, account_id, role_id) DO UPDATE SET until = EXCLUDED.until
    WHERE accounts_heldrole.until <> EXCLUDED.until
)
UPDATE accounts_account a
SET access_until = COALESCE(held.until, '1970-01-01T00:00Z'), role_key = COALESCE(held.name, '')
FROM changed LEFT JOIN LATERAL (
    SELECT max(b.until) AS until, min(r.name_key) FILTER (WHERE b.until > now()) AS name
    FROM best b JOIN roles_role r ON r.id = b.role_id AND r.tenant_id = %(tenant)s WHERE b.account_id = changed.id
) AS held ON true
WHERE a.tenant_id = %(tenant)s AND a.id = changed.id
  AND (a.access_until, a.role_key) IS DISTINCT FROM (COALESCE(held.until, '1970-01-01T00:00Z'), COALESCE(held.name, ''))
"""


def refresh_access(keys: list[int], *, by: Actor) -> None:
    """Recompute what lists show of these accounts' roles: every operation that touches assignments, groups
    or members calls this in the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"keys": keys, "tenant": by.tenant.pk, "forever": FOREVER})


def refresh_stale_roles(*, by: Actor) -> int:
    """Recompute the accounts of which a role expired since it was last computed; answers how many."""
    now = timezone.now()
    expired = HeldRole.objects.filter(tenant_id=by.tenant.pk, until__lte=now, account__role_key=F("role__name_key"))
    keys = list(expired.values_list("account_id", flat=True).distinct()[:10_000])
    if keys:
        refresh_access(keys, by=by)
    return len(keys)


# --- founding -----------------------------------------------------------------------------------------------


def found_roles(tenant: Tenant, *, by: Actor) -> dict[Builtin, Role]:
    """The built-in roles of a new tenant."""
    return {
        builtin: Role.objects.create(
            tenant=tenant,
            name=str(builtin.label),
            description=str(BUILTIN_DESCRIPTIONS[builtin]),
            builtin=builtin,
            allows=sorted(BUILTIN_RIGHTS[builtin]),
        )
        for builtin in Builtin
    }


@transaction.atomic
def furnish_tenant(tenant: Tenant, *, by: Actor) -> None:
    """Give a new tenant its built-in roles, its HOME organization and its service account Automation."""
    with context("tenant.found", by=by):
        roles = found_roles(tenant, by=by)
        home = Organization.objects.create(tenant=tenant, code="HOME", name=tenant.name, type=OrganizationType.HOME)
        automation = Account.objects.create(
            tenant=tenant, type=Type.SERVICE, name="Automation", login="automation", home=home
        )
        RoleAssignment.objects.create(tenant=tenant, account=automation, role=roles[Builtin.WEB_SERVICE])
    refresh_access([automation.pk], by=by)


@transaction.atomic
def found_tenant(tenant: Tenant, *, email: str, name: str, password: str, by: Actor) -> Account:
    """Furnish a new tenant and give it its first owner. A known address keeps its sign-in and its password."""
    furnish_tenant(tenant, by=by)
    with context("tenant.found", by=by):
        identity = Identity.objects.filter(email__iexact=email).first()
        if identity is None:
            identity = Identity(email=email, name=name)
            identity.set_password(password)
            identity.save()
        home = Organization.objects.get(tenant=tenant, type=OrganizationType.HOME)
        owner = Account.objects.create(tenant=tenant, identity=identity, name=name, login=email, email=email, home=home)
        role = Role.objects.get(tenant=tenant, builtin=Builtin.OWNER)
        RoleAssignment.objects.create(tenant=tenant, account=owner, role=role)
    refresh_access([owner.pk], by=by)
    return owner
