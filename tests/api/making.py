"""Bodies of people, in tests of the API."""

from typing import Any

from users.api.users import EXAMPLE
from users.models import ComputerUser

JOHN = "johndoe@xyz.com"


def body(**changes: Any) -> dict[str, Any]:
    """The body of document 3's example with these changes; None leaves a field out."""
    return {name: value for name, value in {**EXAMPLE, **changes}.items() if value is not None}


def at(code: str, *roles: str, **more: Any) -> dict[str, Any]:
    """One account role."""
    return {"accountName": code, "roles": list(roles or ("USER",)), **more}


def contact(**changes: Any) -> dict[str, Any]:
    """A body of somebody who cannot sign in."""
    return body(**{"canLogin": False, "portalLogin": None, "userName": None, **changes})


def person(email: str = JOHN) -> ComputerUser:
    """The person of this address."""
    return ComputerUser.objects.get(email=email)


def fields_of(answer: Any) -> set[str]:
    """The fields that a problem names."""
    return {error["field"] for error in answer.facts["errors"]}
