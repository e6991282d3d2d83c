"""The portal on one database: a signed-in browser inside this process, and the SQL that its pages send."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import dj_database_url
from django.apps import apps
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.operations import Offer, create_service_account
from accounts.queries import Scope
from itam_portal.local.server import Urls
from itam_portal.tenancy.scope import tenant_scope
from itam_portal.tokens import new_token

EMAIL = "olivia@northwind.example"
PASSWORD = "itam-portal-demo"
# What every page of somebody signed in asks, whatever the page is: once session and identity; doors and scopes;
# and at most once a minute, when the page is sent already, that the session was seen.
_ONCE = ("FROM django_session", "FROM accounts_identity")
_NOT_THE_PAGES = ("FROM door_", "set_config(", 'UPDATE "accounts_loginsession"')


@dataclass(frozen=True)
class Statement:
    """One statement as the product sent it."""

    sql: str
    parameters: Any

    def run(self) -> list[tuple[Any, ...]]:
        """Send it again and fetch all that it answers."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.parameters)
            return list(cursor.fetchall())

    @property
    def as_sent(self) -> str:
        """The text with its values filled in."""
        with connection.cursor() as cursor:
            return str(cursor.cursor.mogrify(self.sql, self.parameters))


class Portal:
    """One database with olivia, who owns the tenant with half of all accounts, signed in."""

    def __init__(self, urls: Urls) -> None:
        self._serving, self._owning = _connection(urls.serving), _connection(urls.owner)
        self.client = Client()
        with self.open():
            signed_in = self.client.post(reverse("sign_in"), {"login": EMAIL, "password": PASSWORD})
            if signed_in.status_code != HTTPStatus.FOUND:
                raise RuntimeError(f"{EMAIL} cannot sign in: status {signed_in.status_code}")
            self.tenant_id: int = self.client.session["entry"]["tenant"]
            self.account_id: int = self.client.session["entry"]["account"]

    @contextmanager
    def open(self, *, as_owner: bool = False) -> Iterator[None]:
        """Let `connection` mean this database: as the serving role, or as the owner, for whom no policy counts."""
        before = connections["default"]
        connections["default"] = self._owning if as_owner else self._serving
        try:
            yield
        finally:
            connections["default"] = before

    @contextmanager
    def scope(self, *, read_only: bool = True, as_owner: bool = False) -> Iterator[Any]:
        """The tenant's scope, and in it the account that reads."""
        with self.open(as_owner=as_owner), tenant_scope(self.tenant_id, read_only=read_only):
            accounts = apps.get_model("accounts", "Account")._default_manager
            yield accounts.select_related("tenant", "identity").get(pk=self.account_id)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """A transaction of which nothing stays."""
        with self.open(), transaction.atomic():
            yield
            transaction.set_rollback(True)

    def get(self, address: str, *, as_owner: bool = False) -> Any:
        """One page; anything but a page is a mistake of the benchmark."""
        with self.open(as_owner=as_owner):
            response = self.client.get(address)
        if response.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{address} answers {response.status_code}")
        return response

    def let_program_in(self) -> Client:
        """A program with a new access key, whose service account reads what olivia reads."""
        with self.scope(read_only=False) as owner:
            roles = apps.get_model("roles", "Role")._default_manager.filter(tenant_id=self.tenant_id)
            home = apps.get_model("organizations", "Organization")._default_manager.get(
                tenant_id=self.tenant_id, type="HOME"
            )
            offers = [Offer(role, Scope()) for role in roles.filter(builtin="administrator")]
            fields = {"name": "Benchmark", "login": f"benchmark-{new_token()}", "home": home}
            key = {"name": "Benchmark", "expires_on": timezone.now().date() + timedelta(days=1)}
            given: dict[str, Any] = {"fields": fields, "offers": offers, "key": key}
            _account, _key, text = create_service_account(owner.tenant, by=owner, **given)
        return Client(headers={"authorization": f"Bearer {text}"})

    def call(self, program: Client, address: str) -> Any:
        """One call of the API; anything but an answer is a mistake of the benchmark."""
        with self.open():
            response = program.get(address)
        if response.status_code != HTTPStatus.OK:
            raise RuntimeError(f"{address} answers {response.status_code}")
        return response

    def statements(self, address: str) -> list[Statement]:
        """Every statement that this page sends."""
        sent = []

        def keep(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
            sent.append(Statement(sql, parameters))
            return execute(sql, parameters, many, context)

        with self._serving.execute_wrapper(keep):
            self.get(address)
        return sent

    def own_statements(self, address: str) -> list[Statement]:
        """Those of them that belong to the page, not to the session, the identity, a door or the scope."""
        sent = self.statements(address)
        left = [statement for statement in sent if not any(mark in statement.sql for mark in _NOT_THE_PAGES)]
        for mark in _ONCE:
            left.remove(next(statement for statement in left if mark in statement.sql))
        return left

    def total(self, address: str) -> str:
        """How many rows the page says that its list has: digits, with + where it stopped counting."""
        found = re.search(r'data-total="([0-9]+\+?)"', self.get(address).content.decode())
        if found is None:
            raise RuntimeError(f"{address} does not say how many rows match")
        return found[1]

    def value(self, sql: str, *parameters: Any) -> Any:
        """The first value of a query's first row, read inside the scope."""
        with self.scope(), connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            row = cursor.fetchone()
            return row[0] if row else None


def list_page() -> Any:
    """The class behind the address of the accounts list."""
    view: Any = resolve(reverse("accounts")).func
    return view.view_class


def _connection(url: str) -> BaseDatabaseWrapper:
    """A connection of its own, configured like the one in the settings but for its address."""
    address = dj_database_url.parse(url)
    parts = {part: address[part] for part in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    described = {**connections["default"].settings_dict, **parts}
    return load_backend(described["ENGINE"]).DatabaseWrapper(described, "default")
