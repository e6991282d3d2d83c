"""Computer users: people who use computers, normally without any sign-in. Accounts are not users."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from itam_portal.history.tracking import tracked
from itam_portal.tenancy.models import TenantRow, belongs_to, own_key, same_tenant
from itam_portal.tenancy.text import ShortText, folded


class UserStatus(models.TextChoices):
    """Whether somebody is with the company."""

    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    RETIRED = "retired", _("Retired")


@tracked(exclude=("changed_at",), word="user", label=_("user"))
class ComputerUser(TenantRow):
    """A person who uses one or more computers. May point at the account of the same human."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    title = ShortText(_("title"), blank=True, default="")
    first_name = ShortText(_("first name"), blank=True, default="")
    middle_name = ShortText(_("middle name"), blank=True, default="")
    last_name = ShortText(_("last name"), blank=True, default="")
    suffix = ShortText(_("suffix"), blank=True, default="")
    display_name = ShortText(_("full name"))
    username = ShortText(_("username"), blank=True, default="")
    domain = ShortText(_("domain"), blank=True, default="")
    email = ShortText(_("e-mail"), max_length=1000, blank=True, default="")
    alternate_email = ShortText(_("alternate e-mail"), max_length=1000, blank=True, default="")
    employee_id = ShortText(_("employee id"), blank=True, default="")
    employment_status = ShortText(_("employment status"), blank=True, default="")
    job_title = ShortText(_("job title"), blank=True, default="")
    status = ShortText(_("status"), choices=UserStatus.choices, default=UserStatus.ACTIVE, max_length=20)
    manager = belongs_to("users.ComputerUser", null=True, blank=True, verbose_name=_("manager"))
    location = ShortText(_("location"), blank=True, default="")
    corporate_unit = ShortText(_("corporate unit"), blank=True, default="")
    cost_center = ShortText(_("cost center"), blank=True, default="")
    phone = ShortText(_("phone"), blank=True, default="")
    mobile = ShortText(_("mobile"), blank=True, default="")
    fax = ShortText(_("fax"), blank=True, default="")
    street = ShortText(_("street"), blank=True, default="")
    city = ShortText(_("city"), blank=True, default="")
    state = ShortText(_("state"), blank=True, default="")
    zipcode = ShortText(_("postal code"), blank=True, default="")
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    locale = ShortText(_("language"), max_length=20, blank=True, default="")
    timezone = ShortText(_("time zone"), blank=True, default="")
    shared = models.BooleanField(_("shared"), default=False)
    opt_in = models.BooleanField(_("opt-in"), default=False)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    inventory_source = ShortText(_("last inventory source"), blank=True, default="Manual")
    home = belongs_to("organizations.Organization", related_name="users", verbose_name=_("organization"))
    account = belongs_to("accounts.Account", null=True, blank=True, related_name="people", verbose_name=_("account"))
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    display_name_key = folded("display_name")

    class Meta:
        ordering = ["display_name_key", "pk"]
        constraints = [
            own_key("user"),
            *same_tenant(
                "user", home="organizations_organization", account="accounts_account", manager="users_computeruser"
            ),
            models.UniqueConstraint(
                "tenant", Lower("username"), condition=~models.Q(username=""), name="user_username_once_a_tenant"
            ),
            models.CheckConstraint(condition=models.Q(status__in=UserStatus.values), name="user_status"),
        ]
        indexes = [
            models.Index(fields=["tenant", "display_name_key", "id"], name="user_by_display_name"),
            models.Index(fields=["tenant", "home", "display_name_key", "id"], name="user_of_home"),
            models.Index(
                fields=["tenant", "account"], condition=models.Q(account__isnull=False), name="user_of_account"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name
