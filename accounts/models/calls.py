"""What programs called: the log of each key's calls, and answers that a call sent again gets once more."""

from typing import Any

from django.db import models
from django.utils import timezone

from itam_portal.tenancy.models import TenantRow, belongs_to, same_tenant
from itam_portal.tenancy.text import ShortText


class ApiCallQuerySet(models.QuerySet):
    """Calls, always of one tenant."""

    def newest_of(self, keys: list[Any], most: int) -> list[tuple[Any, list[Any]]]:
        """Each of these keys with its last calls, the newest first: each read from its own end of the index."""
        if not keys:
            return []
        own = [self.filter(tenant_id=key.tenant_id, key=key).order_by("-pk")[:most] for key in keys]
        first, *rest = own
        calls: list[Any] = list(first.union(*rest, all=True) if rest else first)
        found: dict[int, list[Any]] = {}
        for call in sorted(calls, key=lambda one: one.pk, reverse=True):
            found.setdefault(call.key_id, []).append(call)
        return [(key, found.get(key.pk, [])) for key in keys]


class ApiCall(TenantRow):
    """One call of the API by a key. What was sent and answered is not kept."""

    grants = "SELECT, INSERT, DELETE"

    key = belongs_to("accounts.AccessKey", related_name="calls")
    at = models.DateTimeField(default=timezone.now)
    method = ShortText(max_length=10)
    path = ShortText(max_length=500)
    status = models.PositiveSmallIntegerField()
    milliseconds = models.PositiveIntegerField()

    objects = ApiCallQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [*same_tenant("api_call", key="accounts_accesskey")]
        indexes = [
            models.Index(fields=["tenant", "key", "-id"], name="api_calls_of_key"),
            models.Index(fields=["tenant", "at"], name="api_calls_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class KeptAnswer(TenantRow):
    """The answer to a call with an Idempotency-Key, sealed, for a day."""

    grants = "SELECT, INSERT, DELETE"

    account = belongs_to("accounts.Account")
    name = ShortText(max_length=255)
    # What tells the call from others: method, address and body, hashed.
    mark = ShortText(max_length=64)
    sealed = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            *same_tenant("kept_answer", account="accounts_account"),
            models.UniqueConstraint(fields=["tenant", "account", "name"], name="kept_answer_once"),
        ]
        indexes = [models.Index(fields=["tenant", "at"], name="kept_answers_by_time")]

    def __str__(self) -> str:
        return self.name
