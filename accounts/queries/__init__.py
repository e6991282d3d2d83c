"""Questions about accounts: who sees them, what they hold, where, and what a change would do to that."""

from accounts.queries.accounts import (
    AUTOMATION,
    AccountQuerySet,
    AssignmentQuerySet,
    GroupQuerySet,
    LoginSessionQuerySet,
    identity_by_key,
    tenant_wide,
)
from accounts.queries.changes import CHANGE_NEEDS, QUIET, Change, change_is, changes_in, changes_of
from accounts.queries.effects import Effect, Held, RightsOf, Side, effect_of, outside_of, roles_now, with_more, without
from accounts.queries.holdings import Grant, Holdings, Scope, end_of, organizations_behind, place_of, wanted_of
from accounts.queries.overview import kinds_of, statuses_of, weeks_of
from accounts.queries.ways import HeldRight, with_ways

__all__ = [
    "AUTOMATION",
    "CHANGE_NEEDS",
    "QUIET",
    "AccountQuerySet",
    "AssignmentQuerySet",
    "Change",
    "Effect",
    "Grant",
    "GroupQuerySet",
    "Held",
    "HeldRight",
    "Holdings",
    "LoginSessionQuerySet",
    "RightsOf",
    "Scope",
    "Side",
    "change_is",
    "changes_in",
    "changes_of",
    "effect_of",
    "end_of",
    "identity_by_key",
    "kinds_of",
    "organizations_behind",
    "outside_of",
    "place_of",
    "roles_now",
    "statuses_of",
    "tenant_wide",
    "wanted_of",
    "weeks_of",
    "with_more",
    "with_ways",
    "without",
]
