"""Writes one account with all that hangs on it: sign-in, assignments, memberships, what lists show of its roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from itam_portal.demo.books import Books, Carried, DemoTenant
from itam_portal.demo.calendar import FOREVER, NEVER

# Nobody can sign in with these: what follows an exclamation mark is no password.
NO_PASSWORD = "!no-password-in-the-demo"  # noqa: S105
NULL = "\\N"


class Home(NamedTuple):
    """An organization, and what the triggers of accounts and users make of it for the order of a list."""

    id: int
    key: str


class Grant(NamedTuple):
    """An assignment of one account; days and moment as COPY writes them."""

    role: int
    organization: int | str = NULL
    organization_group: int | str = NULL
    expires_on: str = NULL
    expires_at: str = NULL


class Visit(NamedTuple):
    """The last sign-in: when it began, as text and in seconds before today, and how many seconds it took."""

    began: str = NEVER
    ago: int = 0
    seconds: int = -1


NO_VISIT = Visit()


@dataclass(slots=True)
class Subject:
    """An account that is about to be written."""

    name: str
    login: str
    home: Home
    born: str
    email: str = ""
    type: str = "operator"
    status: str = "enabled"
    title: str = ""
    shared: str = "f"
    identity: int | str = NULL
    visit: Visit = NO_VISIT
    changed: str = ""


class Ledger:
    """The accounts of one tenant, in the order of their ids. Each list of lines is a table's."""

    def __init__(self, tenant: DemoTenant, books: Books, role_keys: Mapping[int, str]) -> None:
        self.tenant, self.books, self.role_keys = tenant, books, role_keys
        self.now = books.calendar.now

    def write_identity(self, name: str, email: str, password: str = NO_PASSWORD, last_tenant: int | str = NULL) -> int:
        """A sign-in; its number is answered."""
        rows = self.books.identities
        rows.last_id += 1
        zone = self.tenant.company.time_zone
        rows.lines.append(f"{rows.last_id}\t{password}\t\\N\t{email}\t{name}\ten\t{zone}\tauto\tt\t{last_tenant}\n")
        return rows.last_id

    def write(self, who: Subject, grants: Sequence[Grant] = (), groups: Sequence[int] = ()) -> int:
        """An account, what it holds itself and the groups it is in; its number is answered."""
        rows = self.books.accounts
        rows.last_id += 1
        number = rows.last_id
        held = self._hold(number, grants, groups)
        until = max(held.values(), default=NEVER)
        live = [self.role_keys[role] for role, end in held.items() if end > self.now]
        rows.lines.append(
            f"{number}\t{self.tenant.id}\t{who.identity}\t{who.type}\t{who.status}\t{who.name}\t{who.login}\t{who.email}\t"
            f"{who.title}\t{who.shared}\t{who.home.id}\t{who.home.key}\t{who.visit.began}\t{who.visit.seconds}\t{until}\t"
            f"{min(live, default='')}\t{who.born}\t{who.changed or who.born}\n"
        )
        return number

    def _hold(self, number: int, grants: Sequence[Grant], groups: Sequence[int]) -> dict[int, str]:
        """Write assignments, memberships and held roles; the latest end of each role is answered."""
        held: dict[int, str] = {}
        for grant in grants:
            self._assign(number, grant)
            _keep(held, Carried(grant.role, FOREVER if grant.expires_at == NULL else grant.expires_at))
        for group in groups:
            self._join(number, group)
            for carried in self.tenant.groups[group]:
                _keep(held, carried)
        rows = self.books.held
        for role, end in held.items():
            rows.last_id += 1
            rows.lines.append(f"{rows.last_id}\t{self.tenant.id}\t{number}\t{role}\t{end}\n")
        return held

    def _assign(self, number: int, grant: Grant) -> None:
        rows = self.books.assignments
        rows.last_id += 1
        scope = f"{grant.organization}\t{grant.organization_group}\t{grant.expires_on}\t{grant.expires_at}"
        rows.lines.append(f"{rows.last_id}\t{self.tenant.id}\t{number}\t\\N\t{grant.role}\t{scope}\t{self.now}\n")

    def _join(self, number: int, group: int) -> None:
        rows = self.books.members
        rows.last_id += 1
        rows.lines.append(f"{rows.last_id}\t{self.tenant.id}\t{group}\t{number}\n")


def _keep(held: dict[int, str], carried: Carried) -> None:
    """The latest end counts; these texts sort as their moments do."""
    held[carried.role] = max(carried.until, held.get(carried.role, ""))
