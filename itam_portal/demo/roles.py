"""The roles of a demo tenant, how often each is held, and the groups that carry some of them."""

from collections.abc import Iterable
from typing import NamedTuple

from roles.rights import BUILTIN_DESCRIPTIONS, BUILTIN_RIGHTS, Area, Builtin, Right, rights_of

Rights = Iterable[Right]
RARE = "Emergency access"
RARE_HOLDERS = 5
OWNER, ADMINISTRATOR, OPERATOR, VIEWER, WEB_SERVICE = (str(builtin.label) for builtin in Builtin)


class RoleKind(NamedTuple):
    """A role, and how many accounts hold it before any other."""

    name: str
    description: str
    allows: list[str]
    denies: list[str]
    weight: float
    builtin: str = ""


_BUILTIN_WEIGHTS = {Builtin.ADMINISTRATOR: 2.0, Builtin.OPERATOR: 20.0, Builtin.VIEWER: 55.0}
_READ = {Right.READ_ACCOUNTS, Right.READ_USERS, Right.READ_ORGANIZATIONS}
_SEND_AWAY = {*_READ, Right.DISABLE_ACCOUNTS, Right.END_SESSIONS}
_DESK = {*_SEND_AWAY, Right.ENABLE_ACCOUNTS, Right.EDIT_USERS}
_MANAGE = {*_READ, Right.CREATE_USERS, Right.EDIT_USERS, Right.READ_GROUPS, Right.READ_ROLES}
_REVIEW = {*_READ, Right.READ_ROLES, Right.READ_GROUPS}
_AUDIT = {*BUILTIN_RIGHTS[Builtin.VIEWER]} - {Right.READ_INVITATIONS}
_ADMIN = {*BUILTIN_RIGHTS[Builtin.OPERATOR]} - {Right.READ_HISTORY}


def _own(name: str, description: str, allows: Rights, weight: float, denies: Rights = ()) -> RoleKind:
    return RoleKind(name, description, sorted(allows), sorted(denies), weight)


_EVERYWHERE = [
    _own("Service desk", "Helps people to sign in: enables, disables, ends sessions, corrects users.", _DESK, 5),
    _own("Auditor", "Reads everything that an audit asks for.", _AUDIT, 2),
]
_NORTHWIND = [
    _own("USER", "Reads accounts, users and organizations.", _READ, 7),
    _own("ADMIN", "What an operator may, without the history.", _ADMIN, 1.5),
    _own("Licence manager", "Keeps the list of people who use licences.", _MANAGE, 3),
    _own("Access reviewer", "Reviews who holds which role.", _REVIEW, 1),
    _own("Équipe sécurité", "Disables accounts when it matters.", _SEND_AWAY, 0.5),
    _own("No billing", "Keeps billing away, whatever else somebody holds.", [], 0, rights_of(Area.BILLING)),
    _own("No user changes", "Keeps people's records as they are.", [], 0, [Right.EDIT_USERS, Right.DELETE_USERS]),
    _own(RARE, "For the day when nothing else works.", BUILTIN_RIGHTS[Builtin.ADMINISTRATOR], 0),
]


def builtin_roles() -> list[RoleKind]:
    """The five that accounts.operations.found_roles makes."""
    return [
        RoleKind(
            name=str(builtin.label),
            description=str(BUILTIN_DESCRIPTIONS[builtin]),
            allows=sorted(BUILTIN_RIGHTS[builtin]),
            denies=[],
            weight=_BUILTIN_WEIGHTS.get(builtin, 0),
            builtin=builtin.value,
        )
        for builtin in Builtin
    ]


def roles_of(position: int) -> list[RoleKind]:
    """The roles of the tenant at this position; the first has more of its own."""
    return [*builtin_roles(), *_EVERYWHERE, *(_NORTHWIND if position == 0 else [])]


class GroupKind(NamedTuple):
    """A group and what it carries: role, scope, and the days from today on which it expires (None: never)."""

    name: str
    description: str
    carries: list[tuple[str, str, int | None]]


# Scopes: the whole tenant, the largest partner, a smaller one, an organization group.
WIDE, LARGEST, SMALLER, SET = "", "largest", "smaller", "set"

_GROUPS_EVERYWHERE = [
    GroupKind("Service desk", "First line", [("Service desk", WIDE, None)]),
    GroupKind("Auditors", "Internal and external audit", [("Auditor", WIDE, None)]),
    GroupKind("Newcomers", "Everybody's first weeks", [(VIEWER, WIDE, 45)]),
    GroupKind("Partner team", "Works for the largest partner", [(OPERATOR, LARGEST, None)]),
]
_GROUPS_NORTHWIND = [
    GroupKind("Licence desk", "Software licences of all partners", [("Licence manager", WIDE, None)]),
    GroupKind("Contractors", "People from outside", [("USER", WIDE, 120), ("No billing", WIDE, None)]),
    GroupKind("Night shift", "Operators outside office hours", [(OPERATOR, SET, None)]),
    GroupKind("Key customers", "Looks after the key customers", [(OPERATOR, SET, 200), ("USER", WIDE, None)]),
    GroupKind("Project Falcon", "Ended last spring", [(OPERATOR, SMALLER, -90)]),
    GroupKind("Migration 2024", "The move from the old portal", [("ADMIN", WIDE, -400), ("USER", WIDE, -30)]),
    GroupKind("Sécurité", "Astreinte", [("Équipe sécurité", WIDE, None)]),
    GroupKind("Trainees", "Read, and change nothing", [(VIEWER, WIDE, 300), ("No user changes", WIDE, None)]),
    GroupKind("Access review", "Reviewers of this year", [("Access reviewer", WIDE, 60)]),
    GroupKind("東京チーム", "Tokyo office", [(OPERATOR, SMALLER, None), (VIEWER, WIDE, None)]),
    GroupKind("Mailing list only", "Carries nothing", []),
]


def groups_of(position: int) -> list[GroupKind]:
    """The groups of the tenant at this position."""
    return [*_GROUPS_EVERYWHERE, *(_GROUPS_NORTHWIND if position == 0 else [])]


# Name, and which organizations stand in it: every so many, beginning with.
ORGANIZATION_GROUPS = [
    ("Key customers", "The ones that matter most", 7, 1),
    ("Benelux and DACH", "Everything near home", 3, 1),
    ("Pilot programme", "First to get what is new", 11, 2),
    ("Zulieferer", "Suppliers in the German-speaking countries", 5, 3),
]
