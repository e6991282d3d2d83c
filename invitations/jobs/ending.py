"""What keeps roles, groups and organizations from ending, and what is forgotten of them when they do."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import ngettext

from invitations.models import Invitation, OfferedRole
from invitations.operations import forget_group, forget_organization, forget_organization_group, forget_role
from itam_portal import guards
from organizations.models import Organization, OrganizationGroup


def on_organization(found: Organization) -> Iterator[guards.Hanging]:
    """Invitations that are not answered yet and lead there; answered ones need it no more."""
    number = Invitation.objects.filter(tenant_id=found.tenant_id).unanswered().leading_to(found).count()
    yield _hanging(number, organization=found.code)


def on_group(found: OrganizationGroup) -> Iterator[guards.Hanging]:
    """The same for a group of organizations."""
    number = Invitation.objects.filter(tenant_id=found.tenant_id).unanswered().leading_to_group(found).count()
    yield _hanging(number)


def _hanging(number: int, **asked: Any) -> guards.Hanging:
    words = ngettext("%(number)s invitation leads here", "%(number)s invitations lead here", number)
    query = urlencode([("status", "pending"), ("status", "expired"), *asked.items()])
    shown = {"number": number_format(number, force_grouping=True)}
    return guards.Hanging(number, words % shown, f"{reverse('invitations')}?{query}")


guards.count_uses(OfferedRole.objects.uses_of)
guards.hang("organization", on_organization)
guards.hang("organization_group", on_group)
guards.on_ending("role", lambda role, by: forget_role(role, by=by))
guards.on_ending("group", lambda group, by: forget_group(group, by=by))
guards.on_ending("organization", lambda organization, by: forget_organization(organization, by=by))
guards.on_ending("organization_group", lambda group, by: forget_organization_group(group, by=by))
