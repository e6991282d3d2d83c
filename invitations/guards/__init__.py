"""The guards on invitations: each a named refusal. What is offered is bound by the ceiling of accounts.guards."""

from invitations.guards.addresses import AlreadyInvited, AlreadyMember, Malformed, NamedTwice, judge_addresses
from invitations.guards.answering import (
    AddressTaken,
    HasExpired,
    NoLongerOffered,
    NotForYou,
    SignInEnded,
    SignInExists,
    WasAccepted,
    WasDeclined,
    WasReplaced,
    WasRevoked,
    refusal_of_accepting,
    refusal_of_answering,
    require_acceptable,
    require_answerable,
)
from invitations.guards.offering import NothingOffered, Offered, require_offer
from invitations.guards.sending import InvitationOutOfReach, OffersOwner, judge_revoking, judge_sending, reason_of

__all__ = [
    "AddressTaken",
    "AlreadyInvited",
    "AlreadyMember",
    "HasExpired",
    "InvitationOutOfReach",
    "Malformed",
    "NamedTwice",
    "NoLongerOffered",
    "NotForYou",
    "NothingOffered",
    "Offered",
    "OffersOwner",
    "SignInEnded",
    "SignInExists",
    "WasAccepted",
    "WasDeclined",
    "WasReplaced",
    "WasRevoked",
    "judge_addresses",
    "judge_revoking",
    "judge_sending",
    "reason_of",
    "refusal_of_accepting",
    "refusal_of_answering",
    "require_acceptable",
    "require_answerable",
    "require_offer",
]
