"""Links by which a person consents to use an account that somebody made for them."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itam_portal.history.tracking import tracked
from itam_portal.tenancy.models import TenantRow, belongs_to, own_key, same_tenant
from itam_portal.tenancy.text import ShortText

LIVES = timedelta(days=7)


class LinkQuerySet(models.QuerySet):
    """Links, always of one tenant."""

    def newest_of(self, account: Any) -> Any:
        """The link that was made last for an account, if any."""
        return self.filter(tenant_id=account.tenant_id, account=account).order_by("-pk").first()


@tracked(exclude=("token_hash",), word="sign_in_link", label=_("sign-in link"))
class SignInLink(TenantRow):
    """One link for one account, good for seven days and for one use. Only the hash of its token is kept."""

    account = belongs_to("accounts.Account", related_name="sign_in_links")
    email = models.EmailField(_("e-mail"), max_length=254)
    # Empty until the mail is sent: the token is made then.
    token_hash = ShortText(max_length=64, blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [own_key("sign_in_link"), *same_tenant("sign_in_link", account="accounts_account")]
        indexes = [
            models.Index(fields=["tenant", "account", "-id"], name="sign_in_links_of_account"),
            # For the door, which finds a link before its tenant is known.
            models.Index(fields=["token_hash"], condition=~models.Q(token_hash=""), name="sign_in_link_of_token"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still lets somebody in."""
        return self.used_at is None and self.voided_at is None and self.expires_at > timezone.now()
