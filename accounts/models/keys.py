"""Secrets by which programs call the API as a service account."""

from datetime import timedelta
from typing import Any

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.accounts import NEVER
from itam_portal.history.tracking import tracked
from itam_portal.tenancy.models import TenantRow, belongs_to, own_key, same_tenant
from itam_portal.tenancy.text import ShortText

LONGEST_LIFE = timedelta(days=366)
LIVE_AT_ONCE = 2


class KeyQuerySet(models.QuerySet):
    """Access keys, always of one tenant."""

    def live(self) -> "KeyQuerySet":
        """Keys that are accepted now, as far as they themselves go."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())

    def of(self, account: Any) -> "KeyQuerySet":
        """The keys of an account, the newest first."""
        return self.filter(tenant_id=account.tenant_id, account=account).order_by("-pk")

    def numbered(self, number: int, *, account: Any) -> Any:
        """The account's key with this number, if there is one."""
        return self.of(account).filter(pk=number).first()


@tracked(exclude=("secret_hash", "last_used_at", "last_used_address"), word="access_key", label=_("access key"))
class AccessKey(TenantRow):
    """One secret of a service account, with its reach. Only its hash is kept; its beginning tells it from others."""

    account = belongs_to("accounts.Account", related_name="access_keys")
    name = ShortText(_("name"))
    prefix = ShortText(_("prefix"), max_length=20)
    secret_hash = ShortText(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(default=NEVER)
    last_used_address = models.GenericIPAddressField(null=True, blank=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            own_key("access_key"),
            *same_tenant("access_key", account="accounts_account"),
            models.UniqueConstraint(fields=["prefix"], name="access_key_prefix_once"),
            models.CheckConstraint(
                condition=models.Q(expires_at__lte=models.F("made_at") + LONGEST_LIFE), name="access_key_ends"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "account", "-id"], name="access_keys_of_account")]
        triggers = [
            # To the hour: a key may be used every second, and its account's row stands in many indexes.
            pgtrigger.Trigger(
                name="used_account",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("last_used_at"),
                func="""
                    UPDATE accounts_account SET last_key_at = NEW.last_used_at
                    WHERE tenant_id = NEW.tenant_id AND id = NEW.account_id
                      AND last_key_at < NEW.last_used_at - interval '1 hour';
                    RETURN NULL;
                """,
            ),
        ]

    @property
    def is_live(self) -> bool:
        """Whether it is accepted now."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def was_used(self) -> bool:
        """Whether anything was called with it."""
        return self.last_used_at > NEVER
