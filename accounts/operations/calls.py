"""Writing down what programs call."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import AccessKey, Account, ApiCall, KeptAnswer
from accounts.queries import ANSWERS_KEPT_FOR, CALLS_KEPT_FOR, Caller
from itam_portal.tenancy.actor import Actor
from itam_portal.tenancy.scope import run_scoped

# Written out, as every call ends with it. Nobody waits for the disk: what is lost with the power does no harm.
_NOTE = """
SET LOCAL synchronous_commit = off;
INSERT INTO accounts_apicall (tenant_id, key_id, at, method, path, status, milliseconds)
VALUES (%s, %s, clock_timestamp(), %s, %s, %s, %s)
"""
_USE = """; UPDATE accounts_accesskey SET last_used_at = clock_timestamp(), last_used_from = %s
WHERE tenant_id = %s AND id = %s
"""


def note_call(caller: Caller, *, by: Any, facts: dict[str, Any], key: AccessKey | None, address: str | None) -> None:
    """Write down one call of a key, and when and from where the key was used last; None where it was refused.

    The last use is written at most once a minute: a key may be used all the time.
    """
    call = [facts["method"], facts["path"], facts["status"], facts["milliseconds"]]
    statement, values = _NOTE, [caller.tenant_id, caller.key_id, *call]
    minute_ago = timezone.now() - timedelta(minutes=1)
    if key is not None and (key.last_used_at < minute_ago or key.last_used_from != address):
        statement, values = statement + _USE, [*values, address, caller.tenant_id, caller.key_id]
    run_scoped(caller.tenant_id, statement, values)


def keep_answer(account: Account, *, by: Actor, name: str, mark: str, sealed: str) -> KeptAnswer:
    """Keep the answer to a call for whoever sends it again; one that is older than a day gives way."""
    answers = KeptAnswer.objects.filter(tenant_id=account.tenant_id, account=account, name=name)
    answers.delete()
    return KeptAnswer.objects.create(tenant_id=account.tenant_id, account=account, name=name, mark=mark, sealed=sealed)


def forget_calls(tenant: Any, *, by: Actor) -> int:
    """Take away calls of more than thirty days ago, and answers of more than a day ago; answers how many."""
    now = timezone.now()
    calls = ApiCall.objects.filter(tenant_id=tenant.pk, at__lt=now - CALLS_KEPT_FOR)
    answers = KeptAnswer.objects.filter(tenant_id=tenant.pk, at__lt=now - ANSWERS_KEPT_FOR)
    return calls.delete()[0] + answers.delete()[0]
