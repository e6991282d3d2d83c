"""How often a key, and all keys of a tenant together, may call within a minute."""

from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from itam_portal.api.problems import problem

SECONDS = 60


@dataclass(frozen=True)
class Taken:
    """One call of a limit: how many there may be, how many are left, and in how many seconds all are again."""

    most: int
    left: int
    seconds: int

    @property
    def is_over(self) -> bool:
        """Whether this call was one too many."""
        return self.left < 0


@dataclass(frozen=True)
class CallsTaken:
    """What is left of both limits; the headers tell of the one that ends first."""

    taken: tuple[Taken, ...]

    @classmethod
    def of(cls, *, tenant: tuple[int, int], key: tuple[int, int]) -> "CallsTaken":
        """The calls of a tenant and of a key: how many there were, and the seconds until the count begins again."""
        limits = ((settings.API_CALLS_A_MINUTE_TENANT, tenant), (settings.API_CALLS_A_MINUTE_KEY, key))
        return cls(tuple(Taken(most, most - number, seconds) for most, (number, seconds) in limits))

    @property
    def nearest(self) -> Taken:
        """The limit with the fewest calls left."""
        return min(self.taken, key=lambda one: one.left)

    @property
    def is_over(self) -> bool:
        """Whether this call is one too many."""
        return any(one.is_over for one in self.taken)

    def headers(self) -> dict[str, str]:
        """What every answer says of the limits; the reset is in seconds from now."""
        nearest = self.nearest
        facts = {"Limit": nearest.most, "Remaining": max(0, nearest.left), "Reset": nearest.seconds}
        return {f"X-RateLimit-{name}": str(number) for name, number in facts.items()}


def exceeded(calls: CallsTaken) -> HttpResponse:
    """The answer to one call too many."""
    over = next(one for one in calls.taken if one.is_over)
    words = _("Too many calls: %(most)s are allowed within a minute. Try again in %(seconds)s seconds.")
    wait = str(max(1, over.seconds))
    detail = words % {"most": over.most, "seconds": wait}
    return problem(HTTPStatus.TOO_MANY_REQUESTS, detail, code="too_many_calls", Retry_After=wait)
