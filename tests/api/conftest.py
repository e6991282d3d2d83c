"""Callers of the API: one for each role that programs have."""

from collections.abc import Callable
from typing import Any

import pytest

from organizations.models import CustomAttribute, Tenant
from tests.api.caller import Caller, add_service


@pytest.fixture
def caller_with(scope: None, northwind: Tenant) -> Callable[..., Caller]:
    """A program of Northwind whose account holds these roles: `caller_with("Viewer", at=emea, home=emea)`."""

    def make(*roles: Any, name: str = "Tool", **fields: Any) -> Caller:
        return Caller(add_service(northwind, name, *roles, **fields))

    return make


@pytest.fixture
def admin(caller_with: Callable[..., Caller]) -> Caller:
    """A program that administers Northwind."""
    return caller_with("Administrator", "Web Service", name="Admin tool")


@pytest.fixture
def owner(caller_with: Callable[..., Caller]) -> Caller:
    """A program that owns Northwind, as far as programs can."""
    return caller_with("Owner", "Web Service", name="Owner tool")


@pytest.fixture
def stranger(scope: None, contoso: Tenant) -> Caller:
    """A program that owns Contoso."""
    return Caller(add_service(contoso, "Stranger", "Owner", "Web Service"))


@pytest.fixture
def nobody(scope: None) -> Caller:
    """A program without a key."""
    return Caller(None)


@pytest.fixture
def region(northwind: Tenant) -> CustomAttribute:
    """The attribute of document 3's example."""
    facts = {"subject": "user", "name": "REGION", "code": "region", "kind": "choice"}
    return CustomAttribute.objects.create(tenant=northwind, choices=["EMEA", "APAC"], **facts)
