"""What begins and ends sessions, and how a person's pages look."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import guards
from accounts.models import Account, Ending, Identity, LoginSession
from accounts.operations.locking import lock
from itam_portal.history.context import context
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.refusals import require
from itam_portal.tenancy.actor import Actor
from roles.rights import Right


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
    # The sign-in before its account, as all that changes both: two that wait for each other would wait for ever.
    Identity.objects.filter(accounts=account).update(last_tenant=account.tenant_id)
    Account.objects.filter(pk=account.pk).update(last_login_at=now)
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


def end_sessions(accounts: list[int], *, ending: Ending, by: Actor) -> None:
    """End every open session of these accounts now, and keep how long the newest one took."""
    ended = LoginSession.objects.open().filter(AnyOf(F("account_id"), as_array(accounts)))
    keys = list(ended.order_by().values_list("account_id", flat=True).distinct())
    if keys:
        ended.update(ended_at=timezone.now(), ending=ending)
        _remember_durations(keys)


def end_these_sessions(sessions: list[int], *, ending: Ending, by: Actor) -> None:
    """End these sessions now, where they are open, and keep how long the newest one took."""
    ended = LoginSession.objects.open().filter(AnyOf(F("pk"), as_array(sessions)), tenant_id=by.tenant.pk)
    keys = list(ended.values_list("account_id", flat=True).distinct())
    if keys:
        ended.update(ended_at=timezone.now(), ending=ending)
        _remember_durations(keys)


@transaction.atomic
def end_sessions_of(account: Account, *, by: Actor, reason: str = "") -> int:
    """Sign somebody out of this tenant everywhere; answers how many sessions ended."""
    by = lock(by)
    require(by, Right.END_SESSIONS)
    chosen = Account.objects.filter(pk=account.pk, tenant_id=by.tenant.pk)
    guards.require_changeable(chosen, by=by, right=Right.END_SESSIONS)
    if account.pk == by.pk:
        raise guards.YourOwnAccount(_("These are your own sessions. End them on the page of your own sign-in."))
    number = LoginSession.objects.open().filter(tenant_id=by.tenant.pk, account=account).count()
    with context("accounts.end_sessions", by=by, reason=reason):
        end_sessions([account.pk], ending=Ending.ENDED, by=by)
        chosen.update(sign_in_changed_at=timezone.now())
    return number


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
