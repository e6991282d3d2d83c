"""`manage.py tenant create`: a new tenant and its first owner."""

import io
import sys
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import doors
from accounts.models import Account, Identity
from accounts.operations import founding
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from roles.rights import Right
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
WORDS = "believable-lantern-42"
Create = Callable[..., str]


@pytest.fixture
def create(database: None, monkeypatch: pytest.MonkeyPatch) -> Create:
    """Runs the command as an operating script does: the password comes by standard input."""

    def run(password: str = WORDS, **changes: str) -> str:
        options = {"slug": "acme", "name": "Acme", "owner_email": "ada@acme.example", "owner_name": "Ada Ames"}
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
        said = io.StringIO()
        named = [f"--{name.replace('_', '-')}={value}" for name, value in {**options, **changes}.items()]
        call_command("tenant", "create", *named, stdout=said)
        return said.getvalue()

    return run


def sign_in(login: str, password: str) -> int:
    return Client().post("/sign-in/", {"login": login, "password": password}).status_code


def tenants() -> list[str]:
    return [row["tenant_id"] for row in doors.all_tenants.read()]


def test_the_first_owner_signs_in_and_may_everything(create: Create) -> None:
    said = create(time_zone="Europe/Berlin")

    assert "ada@acme.example" in said
    assert sign_in("ada@acme.example", WORDS) == 302
    (place,) = doors.tenant_of_slug.read("acme")
    with tenant_scope(place["tenant_id"]):
        owner = Account.objects.get(email="ada@acme.example")
        assert owner.holdings.is_owner
        assert all(owner.may(right, owner.tenant) for right in Right)
        assert owner.tenant.time_zone == "Europe/Berlin"
        assert set(Account.objects.values_list("login", flat=True)) == {"automation", "ada@acme.example"}


def test_a_known_address_keeps_its_password(create: Create, victor: Account) -> None:
    create(password="", owner_email="Victor@northwind.example")

    assert sign_in("victor@northwind.example", PASSWORD) == 302
    assert len(doors.accounts_of_identity.read(victor.identity_id)) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"slug": "northwind"}, "already"),
        ({"slug": "Acme"}, "lower case"),
        ({"slug": "two words"}, "short name"),
        ({"owner_email": "nobody"}, "no e-mail address"),
        ({"name": " "}, "empty"),
        ({"time_zone": "Mars/Olympus"}, "time zone"),
        ({"password": "short"}, "too short"),
        ({"password": "password1234"}, "common"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(create: Create, changes: dict[str, str], said: str) -> None:
    before = tenants()

    with pytest.raises(CommandError, match=said):
        create(**changes)

    assert tenants() == before
    assert not Identity.objects.filter(email="ada@acme.example").exists()


def test_what_fails_half_way_leaves_nothing(create: Create, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tenants()

    def fail(*args: object, **kwargs: object) -> None:
        raise InterruptedError

    monkeypatch.setattr(founding, "refresh_access", fail)
    with pytest.raises(InterruptedError):
        create()

    assert tenants() == before
    assert Tenant.objects.using("owner").filter(slug="acme").count() == 0
    monkeypatch.undo()
    create()
