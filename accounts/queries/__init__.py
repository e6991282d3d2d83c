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
from accounts.queries.effects import Effect, Held, RightsOf, Side, effect_of, outside_of, roles_now, with_more, without
from accounts.queries.holdings import Grant, Holdings, Scope, end_of, organizations_behind, place_of, wanted_of
from accounts.queries.ways import HeldRight, with_ways

__all__ = [
    "AUTOMATION",
    "AccountQuerySet",
    "AssignmentQuerySet",
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
    "effect_of",
    "end_of",
    "identity_by_key",
    "organizations_behind",
    "outside_of",
    "place_of",
    "roles_now",
    "tenant_wide",
    "wanted_of",
    "with_more",
    "with_ways",
    "without",
]
