"""What must be read before a tenant is known: whose invitation this is."""

from itam_portal.tenancy.doors import Door, register

invitation = register(
    Door(
        name="door_invitation",
        arguments="hash text",
        returns="TABLE(tenant_id bigint, invitation_id bigint)",
        body="SELECT i.tenant_id, i.id FROM invitations_invitation i WHERE i.token_hash = hash AND hash <> ''",
    )
)
