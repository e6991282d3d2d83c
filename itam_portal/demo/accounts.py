"""The accounts of a tenant: the cast first, then people, services, and accounts that several people share."""

from collections.abc import Iterator, Sequence

from itam_portal.demo import roles as kinds
from itam_portal.demo import work
from itam_portal.demo.books import Link
from itam_portal.demo.calendar import DAY
from itam_portal.demo.cast import write_cast
from itam_portal.demo.chance import chooser, falling, luck, weighted
from itam_portal.demo.holdings import Holdings
from itam_portal.demo.ledger import Grant, Home, Ledger, Subject
from itam_portal.demo.names import namer
from itam_portal.demo.visits import Visits

# Shares of all accounts.
SERVICE, SHARED, DISABLED, AT_HOME = 0.03, 0.005, 0.12, 0.40
ADDRESS_AS_LOGIN, NO_TITLE = 0.03, 0.15
# The share of users who are linked to an account.
LINKED = 0.02
# So many accounts go to the database at once.
CHUNK = 2_000


class Crowd:
    """Writes the accounts of one tenant."""

    def __init__(self, ledger: Ledger, homes: Sequence[Home]) -> None:
        tenant, books = ledger.tenant, ledger.books
        chance = luck(books.seed, tenant.company.slug, "accounts")
        self.ledger, self.tenant, self.books, self.homes, self.draw = ledger, tenant, books, homes, chance.random
        self.name = namer(chance, tenant.company.language)
        self.home, self.title = chooser(chance, home_slots(homes)), chooser(chance, title_slots())
        self.service, self.shared = chooser(chance, work.SERVICES), chooser(chance, work.SHARED)
        self.holdings, self.visits = Holdings(chance, tenant, books.calendar), Visits(chance, books)
        self.linked_share = LINKED * tenant.share.users / tenant.share.accounts
        self.seen: dict[str, int] = {}

    def write(self, password: str) -> Iterator[str]:
        """Every account, in chunks of COPY's text; what hangs on them stays in the books."""
        done = write_cast(self.ledger, self.homes[0], self.homes[1 % len(self.homes)], password)
        if self.tenant.position > 1:
            self._write_owner()
            done += 1
        rare = self._rare(done)
        for number in range(done, self.tenant.share.accounts):
            self._write_one(is_rare=number in rare)
            if number % CHUNK == 0:
                yield self.books.take_accounts()
        yield self.books.take_accounts()

    def _rare(self, done: int) -> set[int]:
        """Which accounts hold the rare role."""
        if kinds.RARE not in self.tenant.roles:
            return set()
        step = (self.tenant.share.accounts - done) // (kinds.RARE_HOLDERS + 1)
        return {done + step * turn for turn in range(1, kinds.RARE_HOLDERS + 1)}

    def _write_one(self, *, is_rare: bool) -> None:
        kind = self.draw()
        if is_rare or kind > SERVICE + SHARED:
            self._write_person(is_rare=is_rare)
        elif kind > SHARED:
            self._write_service()
        else:
            self._write_shared()

    def _write_owner(self) -> None:
        """The one owner of a tenant without a cast."""
        person = self.name()
        while len(person.latin_last) < 3 or len(person.full) > 30:
            person = self.name()
        who = self._operator(person.full, self._once(f"{person.latin_first}.{person.latin_last}"), self.homes[0])
        who.title, who.status = "Head of IT", "enabled"
        self.ledger.write(who, [Grant(self.tenant.roles[kinds.OWNER])])

    def _write_person(self, *, is_rare: bool) -> None:
        person = self.name()
        login = self._once(f"{person.latin_first}.{person.latin_last}")
        who = self._operator(person.full, login, self.home())
        if self.draw() < ADDRESS_AS_LOGIN:
            who.login = who.email
        account = self._write_operator(who, is_rare=is_rare)
        if self.draw() < self.linked_share:
            self.tenant.links.append(Link(account, person, login, who.home.id))

    def _write_shared(self) -> None:
        """An account of several people, such as QA_Group."""
        name = self._once(self.shared(), "_")
        who = self._operator(name, name, self.home())
        who.title, who.shared = "", "t"
        self._write_operator(who)

    def _write_operator(self, who: Subject, *, is_rare: bool = False) -> int:
        grants, groups = self.holdings.of_person(who.home.id)
        if is_rare:
            grants.append(Grant(self.tenant.roles[kinds.RARE]))
        account = self.ledger.write(who, grants, groups)
        self.visits.record(self.tenant.id, account, who.visit, disabled=who.status == "disabled")
        return account

    def _write_service(self) -> None:
        name = self._once(self.service(), " ")
        login = "svc-" + name.lower().replace(" ", "-")
        status = "disabled" if self.draw() < DISABLED else "enabled"
        born = self.books.calendar.moment(int(1400 * DAY * self.draw()))
        who = Subject(name, login, self.home(), born, type="service", status=status)
        self.ledger.write(who, [Grant(self.tenant.roles[kinds.WEB_SERVICE])])

    def _operator(self, name: str, login: str, home: Home) -> Subject:
        """Somebody with a sign-in, as the last three years left them."""
        email, visit, moment = f"{login.lower()}@{self.tenant.domain}", self.visits.last(), self.books.calendar.moment
        born = visit.ago + DAY + int(self.draw() * (1000 if visit.ago else 400) * DAY)
        return Subject(
            name=name,
            login=login,
            home=home,
            born=moment(born),
            email=email,
            status="disabled" if self.draw() < DISABLED else "enabled",
            title="" if self.draw() < NO_TITLE else self.title(),
            identity=self.ledger.write_identity(name, email),
            visit=visit,
            changed=moment(int(born * self.draw() ** 2)),
        )

    def _once(self, text: str, joint: str = "") -> str:
        """This text the first time, then with a number."""
        times = self.seen[text] = self.seen.get(text, 0) + 1
        return text if times == 1 else f"{text}{joint}{times}"


def home_slots(homes: Sequence[Home]) -> tuple[Home, ...]:
    """HOME for two in five, then ever fewer for each organization."""
    falls = [1 / rank for rank in range(1, len(homes))]
    shares = [AT_HOME, *[(1 - AT_HOME) * fall / sum(falls) for fall in falls]]
    return weighted(zip(homes, shares, strict=True), slots=8192)


def title_slots() -> tuple[str, ...]:
    """Job titles, the first ones often."""
    return falling(work.JOB_TITLES, slots=1024, offset=4)
