"""When people signed in, and for how long: many lately, ever fewer over three years."""

from random import Random

from itam_portal.demo import work
from itam_portal.demo.books import Books
from itam_portal.demo.calendar import DAY, NEVER
from itam_portal.demo.chance import chooser, weighted
from itam_portal.demo.ledger import NO_VISIT, Visit

DAYS = 1095
NEVER_CAME = 0.075
# Sessions are on record for some of those who came in the last two months: about 5 % of all accounts.
RECENT = 60 * DAY
ON_RECORD = 0.12
_ENDINGS = weighted([("signed_out", 62), ("expired", 32), ("switched", 6)], slots=100)


class Visits:
    """Draws the sign-ins of one tenant's accounts."""

    def __init__(self, chance: Random, books: Books) -> None:
        self.draw, self.calendar, self.sessions = chance.random, books.calendar, books.sessions
        self.ending, self.address = chooser(chance, _ENDINGS), chooser(chance, work.ADDRESSES)
        self.browser = chooser(chance, work.BROWSERS)

    def last(self) -> Visit:
        """The last sign-in of one account: in office hours of some time zone, from seconds to days long."""
        draw = self.draw
        if draw() < NEVER_CAME:
            return NO_VISIT
        day, hours = int(DAYS * draw() ** 4), 5 + 6 * (draw() + draw())
        ago = day * DAY + int(hours * 3600)
        return Visit(self.calendar.moment(ago), ago, self.seconds(ago))

    def seconds(self, ago: int) -> int:
        """How long a visit took: five seconds to almost two days, and over before today."""
        return min(int(10 ** (0.7 + 4.5 * self.draw())), ago - 60)

    def record(self, tenant: int, account: int, visit: Visit, *, disabled: bool) -> None:
        """Write the sessions that led to the last sign-in, the newest last, for some of the recent ones."""
        if visit.began == NEVER or visit.ago > RECENT or self.draw() > ON_RECORD:
            return
        visits = [(visit.ago, visit.seconds)]
        for _ in range(int(self.draw() * 4)):
            seconds = self.seconds(visits[-1][0])
            visits.append((visits[-1][0] + seconds + 3600 + int(self.draw() * 6 * DAY), seconds))
        for ago, seconds in reversed(visits):
            ending = "disabled" if disabled and ago == visit.ago else self.ending()
            self._write(tenant, account, ago, seconds, ending)

    def _write(self, tenant: int, account: int, ago: int, seconds: int, ending: str) -> None:
        self.sessions.last_id += 1
        began, ended = self.calendar.moment(ago), self.calendar.moment(ago - seconds)
        line = f"{self.sessions.last_id}\t{tenant}\t{account}\t{began}\t{ended}\t{ended}\t{ending}"
        self.sessions.lines.append(f"{line}\t{self.address()}\t{self.browser()}\n")
