"""A program that calls the API with an access key, in a test."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import AccessKey, Account, Type
from itam_portal.tenancy.scope import tenant_scope
from itam_portal.tokens import beginning_of, hash_of, new_key
from organizations.models import Tenant
from tests import cast
from tests.api import conformity
from tests.conftest import PortalClient

PREFIX = "/api/v1"


def add_key(account: Account, **facts: Any) -> tuple[AccessKey, str]:
    """An access key of this account and its text."""
    text, _beginning = new_key()
    given = {"name": "test", "expires_at": timezone.now() + timedelta(days=30), **facts}
    values = {"prefix": beginning_of(text), "secret_hash": hash_of(text), **given}
    return AccessKey.objects.create(tenant_id=account.tenant_id, account=account, **values), text


def add_service(tenant: Tenant, name: str, /, *roles: Any, **fields: Any) -> Account:
    """A service account that holds these roles."""
    facts: dict[str, Any] = {"signs_in": False, "email": "", "type": Type.SERVICE, **fields}
    with tenant_scope(tenant.pk):
        return cast.add_account(tenant, name, *roles, **facts)


class Caller:
    """Calls with one key; answers are Django's, and `facts` is what their JSON says.

    Every answer is held against the OpenAPI document.
    """

    def __init__(self, account: Account | None, **facts: Any) -> None:
        self.account, self.client = account, PortalClient(raise_request_exception=False)
        self.headers: dict[str, str] = {}
        if account is not None:
            with tenant_scope(account.tenant_id):
                self.key, text = add_key(account, **facts)
            self.headers = {"Authorization": f"Bearer {text}"}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One call; headers are written with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        content: dict[str, Any] = {}
        if body is not None:
            data = body if isinstance(body, bytes | str) else json.dumps(body)
            content = {"data": data, "content_type": given.pop("Content-Type", "application/json")}
        answer = self.client.generic(method, f"{PREFIX}{path}", headers={**self.headers, **given}, **content)
        is_json = "json" in answer.headers.get("Content-Type", "")
        answer.facts = json.loads(answer.content) if is_json else None  # type: ignore[attr-defined]
        conformity.check(method, path, answer)
        return answer

    def get(self, path: str, **headers: str) -> Any:
        """A GET."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """A POST."""
        return self.ask("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        """A PUT."""
        return self.ask("PUT", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        """A PATCH."""
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        """A DELETE."""
        return self.ask("DELETE", path, **headers)
