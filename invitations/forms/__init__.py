"""Text to clean values; forms never save."""

from invitations.forms.inviting import AddressesForm, InviteeForm
from invitations.forms.offering import GroupsForm, OfferForm, OfferForms

__all__ = ["AddressesForm", "GroupsForm", "InviteeForm", "OfferForm", "OfferForms"]
