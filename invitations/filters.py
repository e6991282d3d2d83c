"""The fields a list of invitations can be filtered by."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.filters import HomeOrganization, RoleHeld
from accounts.models import Group
from invitations.models import EXPIRED, STATES, Delivery, Invitation, OfferedGroup, OfferedRole, Status
from invitations.queries import offered_within
from itam_portal.lists.filters import Choice, ListFilterSet, Moment, Text
from itam_portal.requests import number_of
from roles.models import Role
from roles.rights import Right


class State(Choice):
    """What readers see: the stored status, and whether it has expired by now."""

    is_of_column = False

    def condition(self, values: list[str]) -> Q:
        """Any of these states; with `not` any of the others."""
        known = [value for value, _label in self.choices]
        wanted = [value for value in known if (value in values) != (self.operator == "not")]
        whole = Q(pk__in=[])
        for value in wanted:
            whole |= self._one(value)
        return whole

    @staticmethod
    def _one(value: str) -> Q:
        if value == EXPIRED:
            return Q(status=Status.PENDING, expires_at__lte=timezone.now())
        if value == Status.PENDING:
            return Q(status=Status.PENDING, expires_at__gt=timezone.now())
        return Q(status=value)


class RoleOffered(RoleHeld):
    """Invitations that offer a role. Values are the roles' numbers."""

    def _known(self) -> Any:
        """The tenant's roles; a scoped reader knows only those that stand on rows it sees."""
        roles = Role.objects.filter(tenant_id=self.account.tenant_id).order_by("name_key")
        if self.account.may(Right.READ_ROLES, self.account.tenant):
            return roles
        seen = OfferedRole.objects.among(Invitation.objects.visible_to(self.account))
        return roles.filter(pk__in=seen.values("role"))

    def condition(self, values: list[Any]) -> Q:
        """Any of the roles in one condition; or whether any is offered at all."""
        offers = OfferedRole.objects.filter(tenant_id=OuterRef("tenant_id"), invitation=OuterRef("pk"))
        if self.operator == "empty":
            return offers_any(offers, values)
        offered = Q(Exists(offers.filter(role__in=values)))
        return ~offered if self.operator == "not" else offered

    def finds(self, values: list[Any]) -> bool:
        return False


def offers_any(offers: Any, values: list[bool]) -> Q:
    """The condition to offer none of these, or any; asked for both, every invitation meets it."""
    if len(set(values)) == 2:
        return Q(pk__isnull=False)
    return ~Q(Exists(offers)) if values[0] else Q(Exists(offers))


class GroupOffered(Choice):
    """Invitations that offer a group. Values are the groups' numbers."""

    kind = "reference"
    operators = ("is", "not", "in", "empty")
    is_of_column = False

    def options(self) -> list[tuple[str, Any]]:
        """The first groups the reader may know of, by name."""
        return [(str(key), name) for key, name in self._known().values_list("pk", "name")[:200]]

    def _known(self) -> Any:
        return Group.objects.visible_to(self.account).order_by("name_key", "pk")

    def clean_one(self, text: str) -> int:
        number = number_of(text)
        if number is None or not self._known().filter(pk=number).exists():
            raise ValidationError(_("There is no group “%(value)s”."), params={"value": text[:60]})
        return number

    def condition(self, values: list[Any]) -> Q:
        """Any of the groups in one condition; or whether any is offered at all."""
        offers = OfferedGroup.objects.filter(tenant_id=OuterRef("tenant_id"), invitation=OuterRef("pk"))
        if self.operator == "empty":
            return offers_any(offers, values)
        offered = Q(Exists(offers.filter(group__in=values)))
        return ~offered if self.operator == "not" else offered


class OfferedAt(HomeOrganization):
    """Invitations that offer something at an organization. Values are the organizations' codes."""

    is_of_column = False

    def compare(self, operator: str, value: int) -> Q:
        return Q(home_id=value) | offered_within([value])

    def condition(self, values: list[Any]) -> Q:
        """At any of them."""
        offered = Q(home_id__in=values) | offered_within(values)
        return ~offered if self.operator == "not" else offered

    def finds(self, values: list[Any]) -> bool:
        return False


class InvitationFilters(ListFilterSet):
    """Every column."""

    email = Text("email_key", label=_("Email"))
    status = State("status", choices=STATES, label=_("Status"))
    role = RoleOffered("role", label=_("Roles"))
    groups = GroupOffered("groups", label=_("Groups"))
    invited_by = Text("invited_by__name_key", label=_("Invited by"))
    sent = Moment("sent_at", label=_("Sent"))
    expires = Moment("expires_at", can_be_ahead=True, label=_("Expires"))
    delivery = Choice("delivery", choices=Delivery.choices, label=_("Delivery"))
    organization = OfferedAt("home", label=_("Organization"))

    class Meta:
        model = Invitation
        fields: list[str] = []
