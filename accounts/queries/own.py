"""What a person sees of their own sign-in: second factors, sessions, and what was changed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from accounts import doors
from itam_portal import devices

_Kind = Authenticator.Type
# What the person's own page tells of; choosing a theme is none of it.
TOLD = (
    "identity.create",
    "identity.password",
    "identity.reset_password",
    "identity.email",
    "identity.add_factor",
    "identity.remove_factor",
    "identity.recovery_codes",
    "identity.end_sessions",
    "accounts.reset_second_factor",
)
CHANGES_SHOWN = 20


@dataclass
class Factors:
    """The second factors of one sign-in."""

    app: Authenticator | None = None
    passkeys: list[Authenticator] = field(default_factory=list)
    codes_left: int = 0

    @property
    def has_any(self) -> bool:
        """Whether there is something to ask for."""
        return self.app is not None or bool(self.passkeys)


def factors_of(identity: Any) -> Factors:
    """The second factors of a sign-in, in the order in which they were added."""
    found = Factors()
    for one in Authenticator.objects.filter(user_id=identity.pk).order_by("pk"):
        if one.type == _Kind.TOTP:
            found.app = one
        elif one.type == _Kind.WEBAUTHN:
            found.passkeys.append(one)
        else:
            found.codes_left = len(one.data["marks"])
    return found


@dataclass(frozen=True)
class OwnSession:
    """One open session of a person, in whichever tenant."""

    key: int
    tenant: str
    device: str
    address: str
    started_at: datetime
    last_seen_at: datetime


def open_sessions_of(identity: Any) -> list[OwnSession]:
    """A person's open sessions, the one used last first; those idle too long count no more."""
    since = timezone.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    return [
        OwnSession(
            row["session_id"],
            row["tenant_name"],
            devices.in_words(row["browser"]),
            row["address"] or "",
            row["started_at"],
            row["last_seen_at"],
        )
        for row in doors.sessions_of_identity.read(identity.pk)
        if row["last_seen_at"] > since
    ]


def changes_of(identity: Any) -> list[Any]:
    """What was done to a sign-in last, the newest first: for its own person only."""
    events: Any = apps.get_model("accounts", "IdentityEvent").objects
    told = events.filter(pgh_obj_id=identity.pk, pgh_context__operation__in=TOLD)
    return list(told.order_by("-pgh_created_at", "-pgh_id")[:CHANGES_SHOWN])
