"""What a change of roles, groups or assignments would do to what accounts may do: who gains, who loses which right.

Accounts that hold the same are asked about together, and asked with the Holdings that guard every page.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils import timezone

from accounts.queries.holdings import Grant, Holdings, organizations_behind
from itam_portal.tenancy.reach import covers

NAMES_SHOWN = 5


@dataclass(frozen=True)
class Held:
    """One live assignment as an account holds it: through which group (0: its own), which role, and where."""

    group_id: int
    role_id: int
    organization_id: int | None
    organization_group_id: int | None

    @classmethod
    def read(cls, text: str) -> "Held":
        """What the database wrote as numbers with colons between."""
        group, role, organization, organizations = (int(part) for part in text.split(":"))
        return cls(group, role, organization or None, organizations or None)

    @classmethod
    def of(cls, assignment: Any) -> "Held":
        """This assignment."""
        scope = assignment.organization_id, assignment.organization_group_id
        return cls(assignment.group_id or 0, assignment.role_id, *scope)


@dataclass(frozen=True)
class RightsOf:
    """What a role allows and denies, as it is or as it would be."""

    allows: frozenset[str]
    denies: frozenset[str]


@dataclass
class Side:
    """How many accounts gain, or lose, one right, and the first names."""

    number: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, number: int, names: list[str]) -> None:
        """So many accounts more."""
        self.number += number
        self.names = sorted([*self.names, *names], key=str.casefold)[:NAMES_SHOWN]

    @property
    def more(self) -> int:
        """How many names are not shown."""
        return self.number - len(self.names)


@dataclass
class Effect:
    """Who gains and who loses each right; rights that nobody gains or loses are left out."""

    gains: dict[str, Side] = field(default_factory=dict)
    losses: dict[str, Side] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Whether nobody gains or loses anything."""
        return not self.gains and not self.losses

    def joined(self, other: "Effect") -> "Effect":
        """Both together, of different accounts."""
        for mine, theirs in ((self.gains, other.gains), (self.losses, other.losses)):
            for right, side in theirs.items():
                mine.setdefault(right, Side()).add(side.number, side.names)
        return self


# Everything that decides: the live assignments of each account, own and through groups, as one array; accounts with
# the same array are one row. Names are those of the first few.
_SIGNATURES = """
WITH held AS (
    SELECT s.account_id, '0:' || s.role_id || ':' || COALESCE(s.organization_id, 0) || ':'
        || COALESCE(s.organization_group_id, 0) AS one
    FROM accounts_roleassignment s
    WHERE s.tenant_id = %(tenant)s AND s.account_id IN ({chosen}) AND (s.expires_at IS NULL OR s.expires_at > %(now)s)
    UNION ALL
    SELECT m.account_id, s.group_id || ':' || s.role_id || ':' || COALESCE(s.organization_id, 0) || ':'
        || COALESCE(s.organization_group_id, 0)
    FROM accounts_groupmember m
    JOIN accounts_roleassignment s ON s.tenant_id = m.tenant_id AND s.group_id = m.group_id
    WHERE m.tenant_id = %(tenant)s AND m.account_id IN ({chosen}) AND (s.expires_at IS NULL OR s.expires_at > %(now)s)
),
each AS (
    SELECT a.id, a.name, COALESCE(array_agg(h.one ORDER BY h.one) FILTER (WHERE h.one IS NOT NULL), '{{}}') AS all_held
    FROM accounts_account a LEFT JOIN held h ON h.account_id = a.id
    WHERE a.tenant_id = %(tenant)s AND a.id IN ({chosen})
    GROUP BY a.id, a.name
)
SELECT all_held, count(*), (array_agg(name ORDER BY name))[1:%(shown)s] FROM each GROUP BY all_held
"""


@dataclass(frozen=True)
class Alike:
    """Accounts that hold exactly the same: what, how many, the first names."""

    held: tuple[Held, ...]
    number: int
    names: list[str]


def alike(accounts: Any, *, tenant_id: int) -> list[Alike]:
    """These accounts, those with the same live assignments taken together."""
    try:
        chosen, parameters = accounts.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    facts: dict[str, Any] = {"tenant": tenant_id, "now": timezone.now(), "shown": NAMES_SHOWN}
    sql, named = _named(chosen, parameters)
    with connection.cursor() as cursor:
        cursor.execute(_SIGNATURES.format(chosen=sql), {**facts, **named})
        return [Alike(tuple(map(Held.read, held)), number, names) for held, number, names in cursor.fetchall()]


def _named(sql: str, parameters: Iterable[Any]) -> tuple[str, dict[str, Any]]:
    """A query with its parameters by name, so that it may stand in another one more than once."""
    named = {f"chosen_{at}": value for at, value in enumerate(parameters)}
    parts = sql.split("%s")
    keys = [f"%({name})s" for name in named]
    return "".join(part + key for part, key in zip(parts, [*keys, ""], strict=True)), named


def roles_now(tenant_id: int) -> dict[int, RightsOf]:
    """What every role of the tenant allows and denies."""
    roles = apps.get_model("roles", "Role").objects.filter(tenant_id=tenant_id)
    rows = roles.values_list("pk", "allows", "denies")
    return {key: RightsOf(frozenset(allows), frozenset(denies)) for key, allows, denies in rows}


Change = Callable[[tuple[Held, ...]], tuple[Held, ...]]


def effect_of(
    accounts: Any,
    *,
    tenant_id: int,
    rights: Iterable[str],
    change: Change = lambda held: held,
    roles: Mapping[int, RightsOf] | None = None,
    gathered: Mapping[int | None, frozenset[int]] | None = None,
) -> Effect:
    """What these accounts gain and lose of these rights, once what each holds is `change` of it, `roles` are so, and
    these organizations are `gathered` in groups of organizations."""
    before = roles_now(tenant_id)
    after = {**before, **(roles or {})}
    rows = [(one, change(one.held)) for one in alike(accounts, tenant_id=tenant_id)]
    behind = _organizations(rows, before, after, tenant_id)
    behind_then = {**behind, **(gathered or {})}
    effect = Effect()
    for one, then in rows:
        old, new = _holdings(one.held, before, behind), _holdings(then, after, behind_then)
        for right in rights:
            _compare(effect, right, old, new, one)
    return effect


def _organizations(rows: Any, before: Any, after: Any, tenant_id: int) -> dict[int | None, frozenset[int]]:
    """The organizations of every group that any of these assignments names, read once."""
    grants = {grant for one, _then in rows for grant in _grants(one.held, before)}
    grants |= {grant for _one, then in rows for grant in _grants(then, after)}
    return organizations_behind(tenant_id, grants)


def _grants(held: Iterable[Held], roles: Mapping[int, RightsOf]) -> list[Grant]:
    return [
        Grant(roles[one.role_id].allows, roles[one.role_id].denies, one.organization_id, one.organization_group_id, "")
        for one in held
    ]


def _holdings(held: Iterable[Held], roles: Mapping[int, RightsOf], behind: Any) -> Holdings:
    return Holdings(_grants(held, roles), behind)


def _compare(effect: Effect, right: str, old: Holdings, new: Holdings, one: Alike) -> None:
    before, after = old.reach(right), new.reach(right)
    if not covers(before, after):
        effect.gains.setdefault(right, Side()).add(one.number, one.names)
    if not covers(after, before):
        effect.losses.setdefault(right, Side()).add(one.number, one.names)


def without(*taken: Held) -> Change:
    """What is left without these assignments."""
    return lambda held: tuple(one for one in held if one not in taken)


def outside_of(*groups: int) -> Change:
    """What is left outside of these groups."""
    return lambda held: tuple(one for one in held if one.group_id not in groups)


def with_more(*given: Held) -> Change:
    """The same and these."""
    return lambda held: (*held, *given)
