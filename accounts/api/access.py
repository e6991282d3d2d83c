"""Effective access: every right of an account, where it is held, and why; by the code that decides it."""

from typing import Any

from django.http import HttpResponse
from ninja import Router

from accounts.api.assignments import AssignmentFacts
from accounts.api.assignments import facts_of as assignments_of
from accounts.api.operators import found_or_404
from accounts.models import RoleAssignment
from accounts.queries import Holdings
from itam_portal.api.answers import success
from itam_portal.api.document import Answer, Facts, one
from itam_portal.api.endpoints import endpoint
from itam_portal.tenancy.reach import ALL, Reach
from organizations.models import Organization
from roles.rights import Right

router = Router(tags=["Access"])


class PlacesFacts(Facts):
    """Where: in the whole tenant, or at organizations; those that the caller does not see are only counted."""

    everywhere: bool
    accountIds: list[str]
    others: int


class RightAccess(Facts):
    """A right: where it is held in the end, where roles allow and deny it, and the assignments that do so."""

    right: str
    held: PlacesFacts
    allowed: PlacesFacts
    denied: PlacesFacts
    allowedBy: list[int]
    deniedBy: list[int]


class AccessAnswer(Answer):
    """What an account may do, and why."""

    operator: str
    isUsable: bool
    rights: list[RightAccess]
    assignments: list[AssignmentFacts]


# Routes are tried in order: this one must stand before the account's own, whose login may hold anything.
@router.get("/operators/{path:login}/access", **one("Get effective access", AccessAnswer))
@endpoint(Right.READ_ACCOUNTS)
def get_access(request: Any, login: str) -> HttpResponse:
    """Every right that an account holds or is denied, where, and through which assignments, own and of groups."""
    account, found = request.account, found_or_404(request.account, login)
    held = list(RoleAssignment.objects.held_by(found).select_related("account"))
    return success(
        operator=found.login,
        isUsable=found.is_enabled and found.is_assigned,
        rights=rights_of(found.holdings, [one for one in held if one.is_live], reader=account),
        assignments=assignments_of(account, held),
    )


def rights_of(holdings: Holdings, live: list[RoleAssignment], *, reader: Any) -> list[dict[str, Any]]:
    """Every right that some role says anything of."""
    said = [right for right in Right if any(right in (*one.role.allows, *one.role.denies) for one in live)]
    reaches = {
        right: {"held": holdings.reach(right), "allowed": holdings.allowed(right), "denied": holdings.denied(right)}
        for right in said
    }
    named = {key for places in reaches.values() for reach in places.values() if reach is not ALL for key in reach}  # type: ignore[union-attr]
    codes = Organization.objects.all().visible_to(reader).codes_of(named)
    return [
        {
            "right": right.value,
            **{name: _places(reach, codes) for name, reach in reaches[right].items()},
            "allowedBy": [one.pk for one in live if right in one.role.allows],
            "deniedBy": [one.pk for one in live if right in one.role.denies],
        }
        for right in said
    ]


def _places(reach: Reach, codes: dict[int, str]) -> dict[str, Any]:
    if not isinstance(reach, frozenset):
        return {"everywhere": True, "accountIds": [], "others": 0}
    known = sorted(codes[key] for key in reach if key in codes)
    return {"everywhere": False, "accountIds": known, "others": len(reach) - len(known)}
