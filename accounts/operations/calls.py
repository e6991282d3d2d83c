"""Writing down what programs call."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import AccessKey, Account, ApiCall, KeptAnswer
from accounts.queries import ANSWERS_KEPT_FOR, CALLS_KEPT_FOR
from itam_portal.tenancy.actor import Actor
from itam_portal.tenancy.scope import current_scope

# A key's last use is moved at most so often: it may be used many times a second.
_TO = timedelta(minutes=1)


def note_call(key_id: int, *, by: Any, address: str | None, facts: dict[str, Any]) -> None:
    """Write down one call of a key, and when and from where it was used last; `by` is None where it was refused."""
    now, tenant_id = timezone.now(), current_scope().tenant_id
    ApiCall.objects.create(tenant_id=tenant_id, key_id=key_id, **{**facts, "path": facts["path"][:500]})
    if by is not None:
        stale = Q(last_used_at__lt=now - _TO) | ~Q(last_used_from=address)
        used = AccessKey.objects.filter(stale, tenant_id=tenant_id, pk=key_id)
        used.update(last_used_at=now, last_used_from=address)


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
