"""The only writers of invitations and of what they offer."""

from invitations.operations.answering import accept_invitation, decline_invitation
from invitations.operations.inviting import Line, invite, invite_many
from invitations.operations.keeping import (
    forget_group,
    forget_organization,
    forget_organization_group,
    forget_role,
    note_delivery,
    purge_invitations,
    renew_token,
)
from invitations.operations.sending import copy_links, resend_invitations, revoke_invitations

__all__ = [
    "Line",
    "accept_invitation",
    "copy_links",
    "decline_invitation",
    "forget_group",
    "forget_organization",
    "forget_organization_group",
    "forget_role",
    "invite",
    "invite_many",
    "note_delivery",
    "purge_invitations",
    "renew_token",
    "resend_invitations",
    "revoke_invitations",
]
