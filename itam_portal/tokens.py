"""Secrets that are shown or sent once: made at random, kept as hashes.

They hold 160 bits or more, so that a plain SHA-256 cannot be searched.
"""

import base64
import hashlib
import hmac
import secrets
import zlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
PREFIX = "itam"


def new_token() -> str:
    """A secret for a link."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is kept of a secret, as 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def seal(text: str) -> str:
    """A secret that must be read again, such as an authenticator's, as it may rest: encrypted by the secret key."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed, also by an earlier secret key. Raises InvalidToken for anything else."""
    return _box().decrypt(sealed.encode()).decode()


def marks_of(secret: str) -> list[str]:
    """What is kept of a secret too short for a plain hash: the mark by the secret key first, then by earlier ones."""
    return [hmac.new(_derived(key, "mark"), secret.encode(), hashlib.sha256).hexdigest() for key in _keys()]


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]


def _box() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, "seal"))) for key in _keys()])


def _derived(key: str, use: str) -> bytes:
    """A key for one use only. The secret key is long and random, so that one round suffices."""
    return hmac.new(key.encode(), f"itam-portal {use}".encode(), hashlib.sha256).digest()


def new_key() -> tuple[str, str]:
    """An access key and the part of it by which it is recognized: itam_PREFIX_SECRET and six check digits."""
    name, secret = (_letters(length) for length in (8, 40))
    body = f"{PREFIX}_{name}_{secret}"
    return body + check_digits(body), f"{PREFIX}_{name}"


def beginning_of(key: str) -> str:
    """The part of an access key by which it is recognized."""
    return "_".join(key.split("_")[:2])


def is_well_formed(key: str) -> bool:
    """Whether this could be an access key: one with a typing error is told without asking the database."""
    return key.startswith(f"{PREFIX}_") and key.isascii() and key[-6:] == check_digits(key[:-6])


def check_digits(body: str) -> str:
    """Six letters that nearly every typing error changes."""
    rest, digits = zlib.crc32(body.encode()), ""
    for _place in range(6):
        rest, digit = divmod(rest, len(ALPHABET))
        digits += ALPHABET[digit]
    return digits


def _letters(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _letter in range(length))
