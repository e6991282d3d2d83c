"""What the mails of this floor are called."""

# To whoever is invited, with the link.
MAIL = "invitations.invitation"
# To whoever invited: the new account cannot be used yet.
NO_ROLE = "invitations.no_role"
