"""What must be read before a tenant is known. Each door is a function of the database and never writes."""

from itam_portal.tenancy.doors import Door, register

accounts_of_identity = register(
    Door(
        name="door_accounts_of_identity",
        arguments="identity bigint",
        returns=(
            "TABLE(tenant_id bigint, tenant_name text, tenant_slug text, account_id bigint, "
            "account_name text, is_enabled boolean, is_assigned boolean)"
        ),
        body="""
        SELECT t.id, t.name::text, t.slug::text, a.id, a.name::text, a.status = 'enabled', a.access_until > now()
        FROM accounts_account a JOIN organizations_tenant t ON t.id = a.tenant_id
        WHERE a.identity_id = identity ORDER BY a.id
        """,
    )
)

identity_of_login = register(
    Door(
        name="door_identity_of_login",
        arguments="tenant_slug text, account_login text",
        returns="TABLE(identity_id bigint)",
        body="""
        SELECT min(a.identity_id)
        FROM accounts_account a JOIN organizations_tenant t ON t.id = a.tenant_id
        WHERE lower(a.login) = lower(account_login) AND a.identity_id IS NOT NULL
          AND (tenant_slug = '' OR t.slug = lower(tenant_slug))
        HAVING count(DISTINCT a.identity_id) = 1
        """,
    )
)

sessions_of_identity = register(
    Door(
        name="door_sessions_of_identity",
        arguments="identity bigint",
        returns=(
            "TABLE(tenant_id bigint, tenant_name text, account_id bigint, session_id bigint, started_at timestamptz, "
            "last_seen_at timestamptz, address text, browser text)"
        ),
        body="""
        SELECT t.id, t.name::text, a.id, s.id, s.started_at, s.last_seen_at, host(s.address), s.browser::text
        FROM accounts_account a
        JOIN organizations_tenant t ON t.id = a.tenant_id
        JOIN accounts_loginsession s ON s.tenant_id = a.tenant_id AND s.account_id = a.id AND s.ended_at IS NULL
        WHERE a.identity_id = identity ORDER BY s.last_seen_at DESC, s.id DESC
        """,
    )
)

owners_to_ask = register(
    Door(
        name="door_owners_to_ask",
        arguments="tenant bigint",
        returns="TABLE(name text, email text)",
        body="""
        SELECT a.name::text, a.email::text FROM accounts_account a
        WHERE a.tenant_id = tenant AND a.status = 'enabled' AND a.type = 'operator' AND a.id IN (
            SELECT s.account_id FROM accounts_roleassignment s JOIN roles_role r ON r.id = s.role_id
            WHERE s.tenant_id = tenant AND r.tenant_id = tenant AND r.builtin = 'owner'
              AND s.organization_id IS NULL AND s.organization_group_id IS NULL AND s.expires_at IS NULL)
        ORDER BY a.id LIMIT 3
        """,
    )
)

tenant_of_slug = register(
    Door(
        name="door_tenant_of_slug",
        arguments="tenant_slug text",
        returns="TABLE(tenant_id bigint)",
        body="SELECT t.id FROM organizations_tenant t WHERE t.slug = lower(tenant_slug)",
    )
)

sign_in_link = register(
    Door(
        name="door_sign_in_link",
        arguments="hash text",
        returns="TABLE(tenant_id bigint, link_id bigint)",
        body="SELECT l.tenant_id, l.id FROM accounts_signinlink l WHERE l.token_hash = hash AND hash <> ''",
    )
)

access_key = register(
    Door(
        name="door_access_key",
        arguments="beginning text, hash text",
        returns="TABLE(tenant_id bigint, key_id bigint)",
        body="""
        SELECT k.tenant_id, k.id FROM accounts_accesskey k
        WHERE k.prefix = beginning AND k.secret_hash = hash AND hash <> ''
        """,
    )
)

all_tenants = register(
    Door(
        name="door_all_tenants",
        arguments="",
        returns="TABLE(tenant_id bigint)",
        body="SELECT t.id FROM organizations_tenant t ORDER BY t.id",
    )
)
