"""Questions about invitations and what they offer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Lower, Now
from django.utils import timezone

from itam_portal.lists.filters import fold_of
from itam_portal.tenancy.reach import ALL
from organizations.models import OrganizationGroupMember
from roles.rights import Right


class InvitationQuerySet(models.QuerySet):
    """Invitations, always of one tenant."""

    def visible_to(self, account: Any) -> Self:
        """The invitations that offer something where this account may read invitations."""
        found = self.filter(tenant_id=account.tenant_id)
        reach = account.reach(Right.READ_INVITATIONS)
        if reach is ALL:
            return found
        return found.filter(offered_within(reach))

    def numbered(self, number: int) -> Any:
        """The invitation with this number among these, with all that it names, if there is one."""
        return self.filter(pk=number).select_related("tenant", "invited_by", "account", "home").first()

    def alone(self, number: int) -> Self:
        """The invitation with this number as a set of rows, which is what judgements take."""
        return self.filter(pk=number)

    def held(self, number: int) -> Any:
        """The same, nobody else changing it until the transaction ends."""
        found = self.filter(pk=number).select_related("tenant", "invited_by")
        return found.select_for_update(of=("self",)).first()

    def open(self) -> Self:
        """Those that can be answered now."""
        return self.filter(status="pending", expires_at__gt=timezone.now())

    def unanswered(self) -> Self:
        """Those that are open, or expired and may be sent anew."""
        return self.filter(status="pending", replaced=False)

    def leading_to(self, organization: Any) -> Self:
        """Those that offer a role there, or whose account would be at home there."""
        offers = _model("OfferedRole").objects.filter(tenant_id=OuterRef("tenant_id"), invitation=OuterRef("pk"))
        return self.filter(Q(home=organization) | Q(Exists(offers.filter(organization=organization))))

    def leading_to_group(self, group: Any) -> Self:
        """Those that offer a role for a group of organizations."""
        offers = _model("OfferedRole").objects.filter(tenant_id=OuterRef("tenant_id"), invitation=OuterRef("pk"))
        return self.filter(Exists(offers.filter(organization_group=group)))

    def addressed(self, emails: Iterable[str]) -> Self:
        """Those to one of these addresses, in any case. The folded key finds the few that may be: it has an index."""
        known = list(emails)
        exact = self.filter(email_key__in=[fold_of(email) for email in known]).annotate(small=Lower("email"))
        return exact.filter(small__in=[Lower(Value(email)) for email in known]) if known else self.none()

    def emails_of(self, numbers: Iterable[int]) -> dict[int, str]:
        """The addresses of these invitations."""
        return dict(self.filter(pk__in=list(numbers)).values_list("pk", "email"))

    def over_before(self, moment: datetime) -> Self:
        """Those that nobody accepted and whose last moment was before this one."""
        return self.filter(expires_at__lte=moment).exclude(status="accepted")

    def with_state(self) -> Self:
        """Adds `state_now`: the status, or that it has expired."""
        lapsed = When(status="pending", expires_at__lte=Now(), then=Value("expired"))
        return self.annotate(state_now=Case(lapsed, default=F("status"), output_field=CharField()))

    def with_roles(self) -> Self:
        """Adds `role_names`: the names of the offered roles, in the order of the alphabet."""
        offers = _model("OfferedRole").objects.filter(tenant_id=OuterRef("tenant_id"), invitation=OuterRef("pk"))
        names = offers.order_by("role__name_key").values("role__name").distinct("role__name_key")
        return self.annotate(role_names=ArraySubquery(names))

    def with_groups(self) -> Self:
        """Adds `group_names`: the names of the offered groups, in the order of the alphabet."""
        offers = _model("OfferedGroup").objects.filter(tenant_id=OuterRef("tenant_id"), invitation=OuterRef("pk"))
        return self.annotate(group_names=ArraySubquery(offers.order_by("group__name_key").values("group__name")))


class OfferQuerySet(models.QuerySet):
    """Offered roles or groups, always of one tenant."""

    def of(self, invitation: Any) -> Self:
        """What one invitation offers."""
        return self.filter(tenant_id=invitation.tenant_id, invitation=invitation)

    def uses_of(self, role: Any) -> int:
        """How many invitations that are not answered offer a role."""
        of_role = self.filter(tenant_id=role.tenant_id, role=role)
        return of_role.filter(invitation__status="pending", invitation__replaced=False).count()

    def among(self, invitations: models.QuerySet) -> Self:
        """What any of these invitations offers."""
        return self.filter(invitation__in=invitations.order_by().values("pk"))

    def in_order(self) -> list[Any]:
        """Roles with all that they name, by their names."""
        named = self.select_related("role", "organization", "organization_group")
        return list(named.order_by("role__name_key", "pk"))

    def groups_in_order(self) -> list[Any]:
        """The groups themselves, by their names."""
        offers: list[Any] = list(self.select_related("group").order_by("group__name_key", "pk"))
        return [one.group for one in offers]


def offered_within(organizations: Any) -> Q:
    """The condition to offer a role for one of these organizations, or for a group that any of them is in."""
    offers = _model("OfferedRole").objects.filter(tenant_id=OuterRef("tenant_id"), invitation=OuterRef("pk"))
    groups = OrganizationGroupMember.objects.filter(organization__in=organizations).values("group")
    return Q(Exists(offers.filter(Q(organization__in=organizations) | Q(organization_group__in=groups))))


def _model(name: str) -> Any:
    return apps.get_model("invitations", name)
