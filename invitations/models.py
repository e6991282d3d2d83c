"""Invitations: offers, by e-mail, of an account in a tenant, with the roles and groups that it would hold."""

from datetime import datetime, timedelta

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.queries import Scope
from invitations.queries import InvitationQuerySet, OfferQuerySet
from itam_portal.history.tracking import tracked
from itam_portal.tenancy.models import TenantRow, belongs_to, own_key, same_tenant
from itam_portal.tenancy.text import ShortText, folded

LIVES = timedelta(days=7)
# How long after its last moment an invitation that nobody accepted stays on record.
KEPT = timedelta(days=30)


class Status(models.TextChoices):
    """What became of an invitation. That it has expired is computed, never stored."""

    PENDING = "pending", _("Pending")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    REVOKED = "revoked", _("Revoked")


EXPIRED = "expired"
# What readers see: the stored statuses, and the one that is computed.
STATES: tuple[tuple[str, object], ...] = (*Status.choices, (EXPIRED, _("Expired")))


class Delivery(models.TextChoices):
    """How far the newest link is on its way."""

    WAITING = "waiting", _("Not sent yet")
    FAILING = "failing", _("Not sent yet, tried again")
    SENT = "sent", _("Sent")
    COPIED = "copied", _("Link copied")


# The history names an invitation by number: nothing of whom it is for may outlive it.
@tracked(
    exclude=("email", "first_name", "last_name", "token_hash", "delivery", "role_key", "replaced"),
    word="invitation",
    label=_("invitation"),
)
class Invitation(TenantRow):
    """An offer of an account to whoever reads the mail of an address, good for seven days and for one answer."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    # The account that came of it. First, so that the history of that account tells of its invitation.
    account = belongs_to("accounts.Account", null=True, blank=True, verbose_name=_("account"))
    # Who answers for it: whoever sent it last. Accepting asks again what they may give.
    invited_by = belongs_to("accounts.Account", verbose_name=_("invited by"))
    email = models.EmailField(_("e-mail"), max_length=254)
    first_name = ShortText(_("first name"), max_length=100, blank=True, default="")
    last_name = ShortText(_("last name"), max_length=100, blank=True, default="")
    home = belongs_to("organizations.Organization", verbose_name=_("organization"))
    status = ShortText(_("status"), choices=Status.choices, default=Status.PENDING, max_length=20)
    sent_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("expires"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    # Expired, and another invitation of the same address took its place.
    replaced = models.BooleanField(default=False)
    # Empty until the mail is sent, or the link copied: the token is made then.
    token_hash = ShortText(max_length=64, blank=True, default="")
    delivery = ShortText(_("delivery"), choices=Delivery.choices, default=Delivery.WAITING, max_length=20)
    # The first of the offered roles, for the order of a list. A role's name never changes.
    role_key = models.TextField(default="")

    email_key = folded("email")
    search_key = folded("email", "first_name", "last_name")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            own_key("invitation"),
            *same_tenant(
                "invitation",
                account="accounts_account",
                invited_by="accounts_account",
                home="organizations_organization",
            ),
            models.UniqueConstraint(
                "tenant",
                Lower("email"),
                condition=models.Q(status="pending", replaced=False),
                name="invitation_open_once",
            ),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="invitation_status"),
            models.CheckConstraint(condition=models.Q(delivery__in=Delivery.values), name="invitation_delivery"),
            models.CheckConstraint(
                condition=models.Q(status="accepted", account__isnull=False)
                | (~models.Q(status="accepted") & models.Q(account__isnull=True)),
                name="invitation_account_of_accepted",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "sent_at", "id"], name="invitation_by_sent"),
            models.Index(fields=["tenant", "expires_at", "id"], name="invitation_by_expires"),
            models.Index(fields=["tenant", "email_key", "id"], name="invitation_by_email"),
            models.Index(fields=["tenant", "status", "expires_at", "id"], name="invitation_by_status"),
            models.Index(fields=["tenant", "delivery", "sent_at", "id"], name="invitation_by_delivery"),
            models.Index(fields=["tenant", "role_key", "sent_at", "id"], name="invitation_by_role"),
            models.Index(fields=["tenant", "invited_by", "sent_at", "id"], name="invitation_of_inviter"),
            models.Index(
                fields=["tenant", "account"], condition=models.Q(account__isnull=False), name="invitation_of_account"
            ),
            GinIndex("tenant", OpClass("search_key", "gin_trgm_ops"), name="invitation_search"),
            # For the door, which finds an invitation before its tenant is known.
            models.Index(fields=["token_hash"], condition=~models.Q(token_hash=""), name="invitation_of_token"),
        ]

    def __str__(self) -> str:
        return self.email

    def get_absolute_url(self) -> str:
        """The invitation's own page."""
        return reverse("invitation", args=[self.pk])

    @property
    def full_name(self) -> str:
        """The names that the inviter gave, '' where none."""
        return f"{self.first_name} {self.last_name}".strip()

    def state_at(self, moment: datetime) -> str:
        """What readers see at this moment."""
        lapsed = self.status == Status.PENDING and self.expires_at <= moment
        return EXPIRED if lapsed else str(self.status)

    @property
    def state(self) -> str:
        """What readers see now."""
        return self.state_at(timezone.now())

    @property
    def state_in_words(self) -> object:
        """The same as a person reads it."""
        return dict(STATES)[self.state]

    @property
    def is_open(self) -> bool:
        """Whether it can be answered now."""
        return self.state_at(timezone.now()) == Status.PENDING


@tracked(word="offered_role", label=_("offered role"))
class OfferedRole(TenantRow):
    """One role that an invitation offers, where it would count, and until when."""

    grants = "SELECT, INSERT, DELETE"

    invitation = belongs_to("invitations.Invitation", related_name="roles", on_delete=models.CASCADE)
    role = belongs_to("roles.Role")
    organization = belongs_to("organizations.Organization", null=True, blank=True)
    organization_group = belongs_to("organizations.OrganizationGroup", null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            own_key("offered_role"),
            *same_tenant(
                "offered_role",
                invitation="invitations_invitation",
                role="roles_role",
                organization="organizations_organization",
                organization_group="organizations_organizationgroup",
            ),
            models.UniqueConstraint(
                fields=["tenant", "invitation", "role", "organization", "organization_group"],
                nulls_distinct=False,
                name="offered_role_once",
            ),
            models.CheckConstraint(
                condition=models.Q(organization__isnull=True) | models.Q(organization_group__isnull=True),
                name="offered_role_at_most_one_scope",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "role", "invitation"], name="offers_of_role"),
            models.Index(fields=["tenant", "organization", "invitation"], name="offers_at_organization"),
            models.Index(fields=["tenant", "organization_group", "invitation"], name="offers_at_org_group"),
        ]

    @property
    def scope(self) -> Scope:
        """Where the role would count."""
        return Scope.of(self)


@tracked(word="offered_group", label=_("offered group"))
class OfferedGroup(TenantRow):
    """One group that whoever accepts an invitation joins."""

    grants = "SELECT, INSERT, DELETE"

    invitation = belongs_to("invitations.Invitation", related_name="groups", on_delete=models.CASCADE)
    group = belongs_to("accounts.Group")

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            own_key("offered_group"),
            *same_tenant("offered_group", invitation="invitations_invitation", group="accounts_group"),
            models.UniqueConstraint(fields=["tenant", "invitation", "group"], name="offered_group_once"),
        ]
        indexes = [models.Index(fields=["tenant", "group", "invitation"], name="offers_of_group")]


@tracked(word="invitation_purge", label=_("purge of invitations"))
class InvitationPurge(TenantRow):
    """What one purge removed: only numbers outlive it."""

    grants = "SELECT, INSERT"

    expired = models.PositiveIntegerField(_("expired"), default=0)
    declined = models.PositiveIntegerField(_("declined"), default=0)
    revoked = models.PositiveIntegerField(_("revoked"), default=0)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [own_key("invitation_purge")]
