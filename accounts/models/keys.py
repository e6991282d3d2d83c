"""Secrets by which programs call the API as a service account."""

from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.accounts import NEVER, Status
from itam_portal.history.tracking import tracked
from itam_portal.tenancy.models import TenantRow, belongs_to, own_key, same_tenant
from itam_portal.tenancy.text import ShortText, folded
from roles.rights import Right

LONGEST_LIFE = timedelta(days=366)
LIVE_AT_ONCE = 2


class KeyState(models.TextChoices):
    """Whether a key is accepted, and if not, why: computed, since time alone can end it."""

    LIVE = "live", _("Live")
    DISABLED = "disabled", _("Account disabled")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


class KeyQuerySet(models.QuerySet):
    """Access keys, always of one tenant."""

    def visible_to(self, reader: Any) -> "KeyQuerySet":
        """The tenant's keys, for its owners: nobody else sees any."""
        keys = self.filter(tenant_id=reader.tenant_id)
        sees = reader.holdings.is_owner and reader.may(Right.READ_ACCESS_KEYS, reader.tenant)
        return keys.select_related("account") if sees else keys.none()

    def live(self) -> "KeyQuerySet":
        """Keys that are accepted now, as far as they themselves go."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=timezone.now())

    @staticmethod
    def in_state(state: str) -> models.Q:
        """The condition that a key is in this state now."""
        lasts = models.Q(revoked_at__isnull=True, expires_at__gt=timezone.now())
        return {
            KeyState.REVOKED.value: models.Q(revoked_at__isnull=False),
            KeyState.EXPIRED.value: models.Q(revoked_at__isnull=True, expires_at__lte=timezone.now()),
            KeyState.DISABLED.value: lasts & models.Q(account__status=Status.DISABLED),
            KeyState.LIVE.value: lasts & models.Q(account__status=Status.ENABLED),
        }[state]

    def numbered_among(self, numbers: list[int]) -> "KeyQuerySet":
        """Those with these numbers."""
        return self.filter(pk__in=numbers)

    def lately_used(self, most: int) -> "KeyQuerySet":
        """So many keys that were used, the last one first."""
        return self.filter(last_used_at__gt=NEVER).order_by("-last_used_at", "-pk")[:most]

    def of(self, account: Any) -> "KeyQuerySet":
        """The keys of an account, the newest first."""
        return self.filter(tenant_id=account.tenant_id, account=account).order_by("-pk")

    def numbered(self, number: int, *, account: Any) -> Any:
        """The account's key with this number, if there is one."""
        return self.of(account).filter(pk=number).first()


@tracked(exclude=("secret_hash", "last_used_at", "last_used_from"), word="access_key", label=_("access key"))
class AccessKey(TenantRow):
    """One secret of a service account, with its reach. Only its hash is kept; its beginning tells it from others."""

    account = belongs_to("accounts.Account", related_name="access_keys")
    name = ShortText(_("name"))
    name_key = folded("name")
    prefix = ShortText(_("prefix"), max_length=20)
    secret_hash = ShortText(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), default=NEVER)
    last_used_from = models.GenericIPAddressField(_("last used from"), null=True, blank=True)

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
        indexes = [
            models.Index(fields=["tenant", "account", "-id"], name="access_keys_of_account"),
            models.Index(fields=["tenant", "name_key", "id"], name="access_key_by_name"),
            models.Index(fields=["tenant", "expires_at", "id"], name="access_key_by_end"),
            models.Index(fields=["tenant", "last_used_at", "id"], name="access_key_by_use"),
            models.Index(fields=["tenant", "made_at", "id"], name="access_key_by_making"),
        ]
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

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The key's own page."""
        return reverse("access_key", args=[self.pk])

    @property
    def is_live(self) -> bool:
        """Whether it is accepted now."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def was_used(self) -> bool:
        """Whether anything was called with it."""
        return self.last_used_at > NEVER

    @property
    def state(self) -> KeyState:
        """Whether it is accepted now, and if not, why."""
        return state_of(revoked_at=self.revoked_at, expires_at=self.expires_at, status=self.account.status)


def state_of(*, revoked_at: datetime | None, expires_at: datetime, status: str) -> KeyState:
    """The state of a key with these values, of an account with this status."""
    if revoked_at is not None:
        return KeyState.REVOKED
    if expires_at <= timezone.now():
        return KeyState.EXPIRED
    return KeyState.LIVE if status == Status.ENABLED else KeyState.DISABLED
