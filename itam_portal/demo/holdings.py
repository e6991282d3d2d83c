"""What accounts hold: roles of their own, most for the whole tenant and for ever, and groups."""

from random import Random

from itam_portal.demo import roles as kinds
from itam_portal.demo.books import DemoTenant
from itam_portal.demo.calendar import Calendar
from itam_portal.demo.chance import chooser, falling, weighted
from itam_portal.demo.ledger import NULL, Grant

# Shares of all people. Who holds nothing, or only what has expired, is in no group.
NOTHING, ONLY_EXPIRED, SEVERAL = 0.02, 0.02, 0.08
IN_GROUPS, ONLY_BY_GROUP = 0.105, 0.25
ENDING_SOME_DAY, ENDED = 0.06, 0.01
# Shares of assignments; the rest counts in the whole tenant.
AT_HOME, ELSEWHERE, AT_GROUP = 0.15, 0.03, 0.02


class Holdings:
    """Draws what the accounts of one tenant hold."""

    def __init__(self, chance: Random, tenant: DemoTenant, calendar: Calendar) -> None:
        self.tenant, self.calendar, self.draw = tenant, calendar, chance.random
        weights = [(tenant.roles[kind.name], kind.weight) for kind in kinds.roles_of(tenant.position)]
        self.role = chooser(chance, weighted(weights))
        self.group = chooser(chance, falling(list(tenant.groups), slots=256, offset=2))
        self.organization = chooser(chance, tenant.organizations)

    def of_person(self, home: int) -> tuple[list[Grant], list[int]]:
        """The assignments and groups of one person."""
        fate = self.draw()
        if fate < NOTHING:
            return [], []
        if fate < NOTHING + ONLY_EXPIRED:
            return [Grant(self.role(), NULL, NULL, *self._past())], []
        groups = self._groups() if self.draw() < IN_GROUPS else []
        if groups and self.draw() < ONLY_BY_GROUP:
            return [], groups
        roles = {self.role(): None}
        if fate > 1 - SEVERAL:
            roles |= {self.role(): None for _ in range(1 + int(self.draw() * 3))}
        return [Grant(role, *self._scope(home), *self._expiry()) for role in roles], groups

    def _groups(self) -> list[int]:
        """One to three groups, mostly one."""
        number = 1 + int(3 * self.draw() ** 2.5)
        return sorted({self.group() for _ in range(number)})

    def _scope(self, home: int) -> tuple[int | str, int | str]:
        place = self.draw()
        if place < AT_HOME:
            return home, NULL
        if place < AT_HOME + ELSEWHERE:
            return self.organization(), NULL
        if place < AT_HOME + ELSEWHERE + AT_GROUP and self.tenant.organization_groups:
            return NULL, self.tenant.organization_groups[int(self.draw() * len(self.tenant.organization_groups))]
        return NULL, NULL

    def _expiry(self) -> tuple[str, str]:
        chance = self.draw()
        if chance < ENDING_SOME_DAY:
            return self.calendar.end_of_day(7 + int(self.draw() * 400), self.tenant.company.time_zone)
        return self._past() if chance > 1 - ENDED else (NULL, NULL)

    def _past(self) -> tuple[str, str]:
        return self.calendar.end_of_day(-3 - int(self.draw() * 700), self.tenant.company.time_zone)
