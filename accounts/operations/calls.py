"""Writing down what programs call."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import AccessKey, Account, ApiCall, KeptAnswer
from accounts.queries import ANSWERS_KEPT_FOR, CALLS_KEPT_FOR
from itam_portal.tenancy.actor import Actor
from itam_portal.tenancy.scope import current_scope


def note_call(key_id: int, *, by: Any, facts: dict[str, Any]) -> ApiCall:
    """Write down one call of a key; `by` is None where it was refused at the door."""
    return ApiCall.objects.create(tenant_id=current_scope().tenant_id, key_id=key_id, **facts)


def note_use(key: AccessKey, *, by: Actor, address: str | None) -> None:
    """Write down when and from where a key was used last: at most once a minute, since it may be used all the time."""
    now = timezone.now()
    if key.last_used_at < now - timedelta(minutes=1) or key.last_used_from != address:
        used = AccessKey.objects.filter(tenant_id=key.tenant_id, pk=key.pk)
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
