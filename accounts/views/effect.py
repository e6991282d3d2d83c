"""The net effect of all roles of an account, in words: computed by the Holdings that guard every page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import RoleAssignment
from accounts.queries import Effect, Holdings
from itam_portal.tenancy.reach import ALL, Reach
from organizations.queries import names_of
from roles.rights import Area, Right, rights_of

NAMES_SHOWN = 4
LEVELS = {
    "none": gettext_lazy("None"),
    "read": gettext_lazy("Read only"),
    "full": gettext_lazy("Full"),
    "custom": gettext_lazy("Custom"),
}


@dataclass(frozen=True)
class Reason:
    """One live assignment that allows or denies a right: the role, where it counts, through which group, until when."""

    assignment: RoleAssignment
    scope: str
    denies: bool


@dataclass(frozen=True)
class RightLine:
    """One right: where it is held in the end, where a role denies it, and where it is held without opening anything."""

    right: Right
    where: str
    denied: str
    idle: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def is_held(self) -> bool:
        return bool(self.where)


@dataclass(frozen=True)
class AreaLine:
    """One area: how much of it is held, and where, if it is the same place for all of it."""

    area: Area
    level: str
    where: str
    rights: list[RightLine]

    @property
    def level_label(self) -> Any:
        return LEVELS[self.level]


class Places:
    """Names of scopes, as far as the reader may know them."""

    def __init__(self, holdings: Holdings, *, reader: Any, scopes: Iterable[RoleAssignment] = ()) -> None:
        self.reader = reader
        named = {one.organization_id for one in scopes if one.organization_id}
        self._names = names_of(reader, self._organizations(holdings) | named)
        self._knows_groups = reader.may(Right.READ_ORGANIZATIONS, reader.tenant)

    @staticmethod
    def _organizations(holdings: Holdings) -> set[int]:
        """Every organization that a scope names, and those in organization groups."""
        reaches = [reach for right in Right for reach in (holdings.allowed(right), holdings.denied(right))]
        named = {grant.organization_id for grant in holdings.grants if grant.organization_id}
        return named.union(*[reach for reach in reaches if isinstance(reach, frozenset)])

    def name(self, reach: Reach) -> str:
        """A reach in words; '' for nowhere."""
        if not isinstance(reach, frozenset):
            return _("Whole tenant")
        names = sorted(self._names[key] for key in reach if key in self._names)
        shown = names[:NAMES_SHOWN]
        more = len(reach) - len(shown)
        if more and shown:
            shown.append(ngettext("%(number)s more", "%(number)s more", more) % {"number": more})
        elif more:
            text = ngettext("%(number)s organization", "%(number)s organizations", more)
            shown.append(text % {"number": more})
        return ", ".join(shown)

    def held(self, holdings: Holdings, right: Right) -> str:
        """Where a right is held in the end; '' where it is not."""
        if not holdings.reach(right):
            return ""
        allowed, denied = holdings.allowed(right), holdings.denied(right)
        if allowed is ALL and denied:
            return _("Whole tenant except %(places)s") % {"places": self.name(denied)}
        return self.name(holdings.reach(right))

    def scope_of(self, assignment: RoleAssignment) -> str:
        """Where an assignment counts."""
        if assignment.organization_id:
            return self._names.get(assignment.organization_id) or _("Another organization")
        if assignment.organization_group_id and assignment.organization_group:
            return assignment.organization_group.name if self._knows_groups else _("A group of organizations")
        return _("Whole tenant")


def areas_of(holdings: Holdings, places: Places, held: Iterable[RoleAssignment] = ()) -> list[AreaLine]:
    """Every area, with each of its rights; given the live assignments, also with the reasons for each."""
    live = [one for one in held if one.is_live]
    return [_area_line(area, holdings, places, live) for area in Area]


def reasons_for(right: Right, live: Iterable[RoleAssignment], places: Places) -> tuple[Reason, ...]:
    """The assignments that decide about a right: those that deny it first, because they win."""
    denying = [Reason(one, places.scope_of(one), True) for one in live if right in one.role.denies]
    return (*denying, *[Reason(one, places.scope_of(one), False) for one in live if right in one.role.allows])


def _area_line(area: Area, holdings: Holdings, places: Places, live: list[RoleAssignment]) -> AreaLine:
    rights = rights_of(area)
    lines = [_right_line(right, holdings, places, reasons_for(right, live, places)) for right in rights]
    held = [line for line in lines if line.is_held]
    is_same = len({holdings.reach(line.right) for line in held}) == 1
    return AreaLine(area, _level(held, rights, is_same=is_same), held[0].where if is_same else "", lines)


def _right_line(right: Right, holdings: Holdings, places: Places, reasons: tuple[Reason, ...]) -> RightLine:
    where, denied = places.held(holdings, right), places.name(holdings.denied(right))
    if right.is_of_tenant and holdings.reach(right) is not ALL:
        return RightLine(right, "", denied, idle=where, reasons=reasons)
    return RightLine(right, where, denied, reasons=reasons)


def _level(held: list[RightLine], rights: list[Right], *, is_same: bool) -> str:
    """None, read only, full or custom, as a role's form shows an area; held in different places it is custom."""
    if not held:
        return "none"
    if is_same and len(held) == len(rights):
        return "full"
    return "read" if is_same and all(line.right.only_reads for line in held) else "custom"


def in_words(effect: Effect) -> dict[str, Any]:
    """Who would gain and who would lose which right, by the right's label, as roles/_sides.html draws them."""
    labels = {right.value: right.label for right in Right}
    return {
        "gains": [(labels[right], side) for right, side in effect.gains.items()],
        "losses": [(labels[right], side) for right, side in effect.losses.items()],
    }
