"""What the floor of organizations asks this one: what hangs on them, and what keeps a group from changing."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from accounts.guards import keeping_order
from accounts.guards.gathering import effect_of_gathering, require_putting, require_taking_out
from accounts.models import Account, RoleAssignment
from itam_portal import guards
from organizations.models import Organization, OrganizationGroup

SUBJECTS_SHOWN = 20


def _shown(number: int) -> dict[str, str]:
    return {"number": number_format(number, force_grouping=True)}


def on_organization(found: Organization) -> Iterator[guards.Hanging]:
    """Accounts at home there, and assignments that count there, the expired ones included."""
    at_home = Account.objects.filter(tenant_id=found.tenant_id, home=found).count()
    words = ngettext("%(number)s account is at home here", "%(number)s accounts are at home here", at_home)
    yield guards.Hanging(
        at_home, words % _shown(at_home), f"{reverse('accounts')}?{urlencode({'organization': found.code})}"
    )
    yield from _given(RoleAssignment.objects.filter(tenant_id=found.tenant_id, organization=found))


def on_group(found: OrganizationGroup) -> Iterator[guards.Hanging]:
    """Assignments that count for the group, the expired ones included."""
    yield from _given(RoleAssignment.objects.filter(tenant_id=found.tenant_id, organization_group=found))


def _given(assignments: Any) -> Iterator[guards.Hanging]:
    """Each of the first assignments by whom and what, with the page that takes it; then how many more there are."""
    whole = assignments.count()
    first = assignments.select_related("account", "group", "role").order_by("pk")[:SUBJECTS_SHOWN]
    for one in first:
        yield guards.Hanging(1, in_words(one), page_of(one))
    more = whole - SUBJECTS_SHOWN
    if more > 0:
        words = ngettext("and %(number)s role more", "and %(number)s roles more", more)
        yield guards.Hanging(more, words % _shown(more))


def in_words(assignment: RoleAssignment) -> str:
    """Who holds what, and whether it counts."""
    subject: Any = assignment.account or assignment.group
    ended = "" if assignment.is_live else f" · {gettext('expired')}"
    return f"{subject.name}: {assignment.role.name}{ended}"


def page_of(assignment: RoleAssignment) -> str:
    """The page on which it can be taken."""
    if assignment.account_id:
        return reverse("account_access", args=[assignment.account_id])
    return reverse("group_roles", args=[assignment.group_id])


guards.hang("organization", on_organization)
guards.hang("organization_group", on_group)
guards.guard("organization_group.put", require_putting)
guards.guard("organization_group.take", require_taking_out)
guards.watch("organization_group.change", lambda by: keeping_order(by=by))
guards.tell("organization_group.effect", effect_of_gathering)
