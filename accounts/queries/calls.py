"""What programs called before."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone

# So long an answer is kept for whoever sends its call again, and so long a key's calls are.
ANSWERS_KEPT_FOR = timedelta(hours=24)
CALLS_KEPT_FOR = timedelta(days=30)


def kept_answer(account: Any, name: str) -> Any:
    """The answer that was kept under this account's idempotency key, None where there is none."""
    answers = apps.get_model("accounts", "KeptAnswer").objects
    since = timezone.now() - ANSWERS_KEPT_FOR
    return answers.filter(tenant_id=account.tenant_id, account=account, name=name, at__gt=since).first()
