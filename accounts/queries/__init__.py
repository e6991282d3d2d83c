"""Questions about accounts: who sees them, what they hold, where, and what a change would do to that."""

from accounts.queries.accounts import (
    AUTOMATION,
    AccountQuerySet,
    AssignmentQuerySet,
    GroupQuerySet,
    LoginSessionQuerySet,
    identity_by_key,
    is_unassigned,
    tenant_wide,
)
from accounts.queries.calls import (
    ANSWERS_KEPT_FOR,
    CALLS_KEPT_FOR,
    Caller,
    come_in,
    kept_answer,
    key_with_account,
)
from accounts.queries.changes import CHANGE_NEEDS, QUIET, Change, change_is, changes_in, changes_of
from accounts.queries.effects import Effect, Held, RightsOf, Side, effect_of, outside_of, roles_now, with_more, without
from accounts.queries.ends import EndsMoved, dated_days, ends_moved, moved_pairs
from accounts.queries.holdings import Grant, Holdings, Scope, end_in, end_of, organizations_behind, place_of, wanted_of
from accounts.queries.overview import count_by_week, kinds_of_accounts, statuses_of_accounts
from accounts.queries.ways import HeldRight, with_ways

__all__ = [
    "ANSWERS_KEPT_FOR",
    "AUTOMATION",
    "CALLS_KEPT_FOR",
    "CHANGE_NEEDS",
    "QUIET",
    "AccountQuerySet",
    "AssignmentQuerySet",
    "Caller",
    "Change",
    "Effect",
    "EndsMoved",
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
    "come_in",
    "count_by_week",
    "dated_days",
    "effect_of",
    "end_in",
    "end_of",
    "ends_moved",
    "identity_by_key",
    "is_unassigned",
    "kept_answer",
    "key_with_account",
    "kinds_of_accounts",
    "moved_pairs",
    "organizations_behind",
    "outside_of",
    "place_of",
    "roles_now",
    "statuses_of_accounts",
    "tenant_wide",
    "wanted_of",
    "with_more",
    "with_ways",
    "without",
]
