"""What is asked of a browser about passkeys, and whether its answer is right: allauth's part, which keeps the
challenge in the browser's session."""

import ipaddress
import json
import struct
from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature
from django.core.exceptions import ValidationError

# What a browser sends may be malformed in any way; each of these means that it is no answer to what was asked.
_NO_ANSWER = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    InvalidSignature,
    LookupError,
    TypeError,
    ValidationError,
    ValueError,
    struct.error,
)


def work_at(host: str) -> bool:
    """Whether passkeys can be used at this host: they belong to a name, never to a number."""
    name = host.rsplit(":", 1)[0].strip("[]") if not host.endswith("]") else host.strip("[]")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return True
    return False


def options_for_new(identity: Any) -> str:
    """What the browser needs to create a passkey, as JSON."""
    return _as_json(auth.begin_registration(identity, passwordless=False))


def is_new(credential: Any) -> bool:
    """Whether this is the browser's answer to what was asked last."""
    try:
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except _NO_ANSWER:
        return False
    return True


def options_for_use(identity: Any) -> str:
    """What the browser needs to ask one of the person's passkeys, as JSON."""
    return _as_json(auth.begin_authentication(identity))


def used(identity: Any, credential: Any) -> Authenticator | None:
    """The passkey that answered what was asked last; None where none did."""
    try:
        auth.parse_authentication_response(credential)
        return auth.complete_authentication(identity, credential)
    except _NO_ANSWER:
        return None


def _as_json(options: dict[str, Any]) -> str:
    return json.dumps(_plain(options["publicKey"]))


def _plain(value: Any) -> Any:
    """fido2's mappings as dictionaries, with bytes as the text that browsers expect."""
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in value}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
