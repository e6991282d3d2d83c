"""What the pages about signing in write rests nowhere in clear: not in the database, not in logs, not in mail."""

import logging
import zlib
from typing import Any

import psycopg
import pytest
from django.core import signing
from django.urls import URLPattern, get_resolver

from accounts.models import Account
from itam_portal.pages import Page
from itam_portal.tenancy.scope import tenant_scope
from itam_portal.tokens import marks_of, seal, unseal
from tests.accounts.own import BETTER, SECRET, code_of, deliver, link_in, sign_in, with_app
from tests.cast import PASSWORD
from tests.conftest import PortalClient
from tests.test_access import FOR_EVERYBODY, TABLE


def everything_of(cursor: psycopg.Cursor) -> str:
    """Every row of every table as text, with sessions as they read when decoded."""
    tables = cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    rows = []
    for (table,) in tables:
        found = cursor.execute(f"SELECT t::text FROM {table} t").fetchall()  # type: ignore[arg-type]
        rows += [row for (row,) in found]
    sessions = cursor.execute("SELECT session_data FROM django_session").fetchall()
    return "\n".join([*rows, *[_decoded(data) for (data,) in sessions]])


def _decoded(data: str) -> str:
    body = data.split(":", maxsplit=1)[0]
    raw = signing.b64_decode(body.lstrip(".").encode())
    return (zlib.decompress(raw) if body.startswith(".") else raw).decode()


@pytest.mark.django_db(transaction=True)
def test_no_token_key_code_or_password_rests_in_clear(
    database: None, as_owner: psycopg.Cursor, caplog: pytest.LogCaptureFixture, adam: Account
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = sign_in(adam.email).browser
    shown = browser.get("/me/app/").content.decode().split('id="app-key"')[1].split('value="')[1].split('"')[0]
    pending = shown.replace(" ", "")
    with tenant_scope(adam.tenant_id):
        codes = with_app(adam)
    browser.post("/me/email/", {"email": "adam@new.example", "current": PASSWORD})
    PortalClient().post("/sign-in/reset/", {"email": adam.email})
    messages = deliver()
    tokens = [link_in(one).split("/")[-2] for one in messages if "/sign-in/" in one.body and "notice" not in one.body]
    links = [token for token in tokens if len(token) > 20]
    opened = PortalClient()
    for message in messages:
        opened.get(link_in(message))
    opened.post("/sign-in/password/", {"password": BETTER, "again": BETTER})
    sign_in(adam.email, BETTER).browser.post("/sign-in/factor/", {"code": code_of(SECRET)})
    sign_in(adam.email, "a wrong but private password")

    rests = everything_of(as_owner) + caplog.text

    assert len(links) == 2
    secrets = [PASSWORD, BETTER, "a wrong but private password", SECRET, pending, *codes, *links]
    secrets += [code.replace("-", "") for code in codes]
    assert [secret for secret in secrets if secret in rests] == []
    assert adam.email in rests


def test_no_mail_holds_a_password_or_a_code(scope: None, adam: Account) -> None:
    codes = with_app(adam)
    deliver()

    sign_in(adam.email).browser.post("/me/password/", {"current": PASSWORD, "password": BETTER, "again": BETTER})

    texts = "".join(message.message().as_string() for message in deliver())
    assert [secret for secret in (PASSWORD, BETTER, SECRET, *codes) if secret in texts] == []


def test_every_page_that_is_not_public_can_be_kept_closed_until_a_second_factor_is_shown() -> None:
    """The middleware holds back pages: what shows a tenant's rows by another kind of view would slip past it."""

    def views(patterns: Any) -> dict[str, Any]:
        found = {}
        for one in patterns:
            if isinstance(one, URLPattern):
                found[one.name] = getattr(one.callback, "view_class", None)
            else:
                found |= views(one.url_patterns)
        return found

    closed = FOR_EVERYBODY | {line[0] for line in TABLE}
    kinds = {name: kind for name, kind in views(get_resolver().url_patterns).items() if name in closed}

    assert len(kinds) == len(closed)
    assert [name for name, kind in kinds.items() if kind is None or not issubclass(kind, Page)] == []


def test_a_secret_key_may_be_changed_as_long_as_the_old_one_is_kept(settings: Any) -> None:
    sealed, mark = seal(SECRET), marks_of("code")[0]
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-" + "y" * 50
    settings.SECRET_KEY_FALLBACKS = [old]

    assert unseal(sealed) == SECRET
    assert mark in marks_of("code")
