"""The computer users of a tenant: people with a desk, a telephone and a manager."""

from collections.abc import Iterator, Sequence
from functools import cache

from itam_portal.demo import work
from itam_portal.demo.accounts import CHUNK, home_slots
from itam_portal.demo.books import Books, DemoTenant, Link
from itam_portal.demo.calendar import DAY
from itam_portal.demo.chance import chooser, falling, luck, weighted
from itam_portal.demo.ledger import NULL, Home
from itam_portal.demo.names import Person, namer
from itam_portal.demo.places import Place, fill, places

NO_USERNAME, NO_EMAIL, NO_MANAGER, TWO_ADDRESSES, MOBILE, FAX = 0.03, 0.04, 0.12, 0.08, 0.7, 0.04
# So many people report to one manager, and so many addresses are made for each language.
TEAM = 8
ADDRESSES = 300
# A prime above any number of users of one tenant here: employee numbers come in no order, and none twice.
EMPLOYEES = 10_000_019

# Title, middle name and suffix; then status and employment, then where the record comes from.
_TRIMMINGS = (
    ("\t\t", 80),
    ("\tJ.\t", 4),
    ("\tM.\t", 4),
    ("\tA.\t", 3),
    ("Dr.\t\t", 4),
    ("Prof.\t\t", 1),
    ("Ing.\t\t", 1),
    ("\t\tJr.", 1),
    ("\t\tPhD", 1),
    ("Dr.\tE.\tMBA", 1),
)
_STANDINGS = (
    ("active\tEmployee", 78),
    ("active\tContractor", 8),
    ("active\tTemporary", 2),
    ("active\tTrainee", 2),
    ("inactive\tOn leave", 3),
    ("inactive\tContractor", 3),
    ("retired\tLeft", 3),
    ("retired\tRetired", 1),
)
_SOURCES = (("Inventory", 50), ("Active Directory", 32), ("Office 365", 12), ("Manual", 6))


class Staff:
    """Writes the users of one tenant."""

    def __init__(self, tenant: DemoTenant, books: Books, homes: Sequence[Home]) -> None:
        chance = luck(books.seed, tenant.company.slug, "users")
        self.tenant, self.books, self.draw = tenant, books, chance.random
        self.name, self.home = namer(chance, tenant.company.language), chooser(chance, home_slots(homes))
        self.home_keys = dict(homes)
        self.trimmings, self.desk = chooser(chance, weighted(_TRIMMINGS, slots=512)), chooser(chance, desks())
        self.standing = chooser(chance, standings())
        self.domain = chooser(chance, domains(tenant.company.slug))
        self.links, self.addresses = iter(tenant.links), addresses()
        self.seen: dict[str, int] = {}
        self.first = books.users.last_id + 1

    def write(self) -> Iterator[str]:
        """Every user, in chunks of COPY's text."""
        rows = self.books.users
        linked = min(len(self.tenant.links), self.tenant.share.users)
        for number in range(self.tenant.share.users):
            rows.last_id += 1
            rows.lines.append(self._user(number, next(self.links) if number < linked else None))
            if number % CHUNK == 0:
                yield "".join(rows.lines)
                rows.lines.clear()
        yield "".join(rows.lines)
        rows.lines.clear()

    def _user(self, number: int, link: Link | None) -> str:
        """One line, in the order of the table's columns in the books."""
        draw = self.draw
        person, username, home, account = self._linked(link) if link else self._unlinked()
        dialing, address = self.addresses[person.language][int(draw() * ADDRESSES)]
        shown = "" if draw() < NO_USERNAME else username
        place = f"{self.tenant.id}\t{home}\t{self.home_keys[home]}"
        return (
            f"{self.first + number}\t{place}\t{account}\t{self._manager(number)}\t{self._moments()}\t"
            f"{self.trimmings()}\t{person.first}\t{person.last}\t{person.full}\t{shown}\t{self._emails(username)}\t"
            f"E{(number + 1) * 7_654_321 % EMPLOYEES:08}\t{self._telephones(dialing)}\t{self.domain()}\t{self.desk()}\t"
            f"{self.standing()}\t{address}\n"
        )

    def _linked(self, link: Link) -> tuple[Person, str, int, int | str]:
        return link.person, link.login, link.home, link.account

    def _unlinked(self) -> tuple[Person, str, int, int | str]:
        """Somebody without an account; usernames hold no dot, so that they never meet a login."""
        person = self.name()
        base = f"{person.latin_first[0]}{person.latin_last}"
        times = self.seen[base] = self.seen.get(base, 0) + 1
        return person, base if times == 1 else f"{base}{times}", self.home().id, NULL

    def _manager(self, number: int) -> int | str:
        """Somebody who was written before, in the same tenant."""
        return self.first + (number - 1) // TEAM if number and self.draw() > NO_MANAGER else NULL

    def _moments(self) -> str:
        born = int((0.1 + 1500 * self.draw()) * DAY)
        moment = self.books.calendar.moment
        return f"{moment(born)}\t{moment(int(born * self.draw() ** 2))}"

    def _emails(self, username: str) -> str:
        email = "" if self.draw() < NO_EMAIL else f"{username}@{self.tenant.domain}"
        return f"{email}\t{username}@mail.example" if self.draw() < TWO_ADDRESSES else f"{email}\t"

    def _telephones(self, dialing: str) -> str:
        draw = self.draw
        exchange = f"{dialing} {10 + int(draw() * 90)} {100 + int(draw() * 900)} "
        mobile = f"{dialing} 6{int(draw() * 10**8):08}" if draw() < MOBILE else ""
        fax = f"{exchange}{int(draw() * 10_000):04}" if draw() < FAX else ""
        return f"{exchange}{int(draw() * 10_000):04}\t{mobile}\t{fax}"


def desks() -> tuple[str, ...]:
    """Corporate unit, cost centre and job title; the large departments often."""
    pairs: list[tuple[str, float]] = []
    for rank, (unit, center, titles) in enumerate(work.DEPARTMENTS):
        for place, title in enumerate(["", *titles]):
            pairs.append((f"{unit}\t{center}-{10 + place}\t{title}", 1 / (rank + 3) / (place + 2)))
    return weighted(pairs)


def standings() -> tuple[str, ...]:
    """Status, employment, shared, opt-in and where the record comes from."""
    return weighted(
        [
            (f"{standing}\t{shared}\t{opted}\t{source}", often * share * wish * known)
            for standing, often in _STANDINGS
            for shared, share in (("f", 99), ("t", 1))
            for opted, wish in (("f", 65), ("t", 35))
            for source, known in _SOURCES
        ],
        slots=8192,
    )


def domains(slug: str) -> tuple[str, ...]:
    """The Windows domains of a tenant."""
    name = slug.upper()[:15]
    return weighted([(name, 70), (f"EU.{name}", 15), ("CORP", 10), ("", 5)], slots=64)


@cache
def addresses() -> dict[str, tuple[tuple[str, str], ...]]:
    """For each language telephone code and address: location to attributes, as the table's columns go."""
    return {language: tuple(_addresses(language, found)) for language, found in places().items()}


def _addresses(language: str, found: tuple[Place, ...]) -> Iterator[tuple[str, str]]:
    chance = luck("addresses", language)
    city = chooser(chance, falling(found, slots=64))
    for number in range(ADDRESSES):
        place = city()
        street = chooser(chance, place.streets)().replace("#", str(1 + int(chance.random() * 240)))
        home = (place.city, place.state, fill(place.zip_pattern, chance), place.country, place.locale, place.time_zone)
        location = "" if number % 12 == 0 else f"{place.city} {'HQ' if number % 3 else 'Campus'}"
        attributes = "{}" if number % 8 == 3 else f'{{"REGION": "{place.region}"}}'
        yield place.dialing, "\t".join((location, street, *home, attributes))
