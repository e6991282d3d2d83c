"""The people whom everybody signs in as (DESIGN.md section 9), and every tenant's Automation."""

from hashlib import sha256
from typing import NamedTuple

from django.contrib.auth.hashers import make_password

from itam_portal.demo import roles as kinds
from itam_portal.demo.calendar import DAY
from itam_portal.demo.ledger import Grant, Home, Ledger, Subject, Visit

PASSWORD = "itam-portal-demo"  # noqa: S105 - `make run` prints it


class Member(NamedTuple):
    """One of the cast. The last sign-in began so many seconds before today."""

    name: str
    login: str
    email: str
    title: str
    role: str
    ago: int
    seconds: int
    at_largest: bool = False


_NORTHWIND = [
    Member("Olivia Nordahl", "olivia", "olivia@northwind.example", "Head of IT", kinds.OWNER, 31_500, 5_421),
    Member("Adam Bakker", "adam", "adam@northwind.example", "IT Asset Manager", kinds.ADMINISTRATOR, 27_934, 12_808),
    Member(
        "Oscar Lindqvist", "oscar", "oscar@northwind.example", "Service Desk Analyst", kinds.OPERATOR, 54_062, 27_315
    ),
    Member("Victor Almeida", "victor", "victor@northwind.example", "Internal Auditor", kinds.VIEWER, 473_377, 1_266),
    Member("Uma Krishnan", "uma", "uma@northwind.example", "Account Manager", kinds.OPERATOR, 116_419, 8_040, True),
]
_CONTOSO = [
    Member("Mallory Contreras", "mallory", "mallory@contoso.example", "Head of IT", kinds.OWNER, 210_012, 3_333),
    Member("Olivia Nordahl", "olivia", "olivia@northwind.example", "Head of IT", kinds.VIEWER, 950_400, 412),
]
_CASTS = {0: _NORTHWIND, 1: _CONTOSO}


def demo_password(seed: int) -> str:
    """The one password's hash, with a salt that depends on nothing but the seed."""
    return make_password(PASSWORD, salt=sha256(f"itam-portal-demo {seed}".encode()).hexdigest()[:22])


def write_cast(ledger: Ledger, home: Home, largest: Home, password: str) -> int:
    """Automation, and the people that scripts and tests rely on; answers how many accounts that makes."""
    tenant, born = ledger.tenant, ledger.books.calendar.moment(1500 * DAY)
    automation = Subject("Automation", "automation", home, born, type="service")
    ledger.write(automation, [Grant(tenant.roles[kinds.WEB_SERVICE])])
    cast = _CASTS.get(tenant.position, [])
    for member in cast:
        role = tenant.roles[member.role]
        grant = Grant(role, largest.id) if member.at_largest else Grant(role)
        ledger.write(_subject(ledger, member, largest if member.at_largest else home, password), [grant])
    return 1 + len(cast)


def _subject(ledger: Ledger, member: Member, home: Home, password: str) -> Subject:
    """The member as an account. Whoever has a second one keeps the first sign-in, and its tenant as the last used."""
    known, calendar = ledger.books.cast, ledger.books.calendar
    if member.email not in known:
        known[member.email] = ledger.write_identity(member.name, member.email, password, ledger.tenant.id)
    return Subject(
        name=member.name,
        login=member.login,
        home=home,
        born=calendar.moment(1400 * DAY),
        email=member.email,
        title=member.title,
        identity=known[member.email],
        visit=Visit(calendar.moment(member.ago), member.ago, member.seconds),
    )
