"""Secrets that are shown or sent once: made at random, kept as hashes.

They hold 160 bits or more, so that a plain SHA-256 cannot be searched.
"""

import hashlib
import secrets
import zlib

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
PREFIX = "itam"


def new_token() -> str:
    """A secret for a link."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is kept of a secret, as 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_key() -> tuple[str, str]:
    """An access key and the part of it by which it is recognized: itam_PREFIX_SECRET and six check digits."""
    name, secret = (_letters(length) for length in (8, 40))
    body = f"{PREFIX}_{name}_{secret}"
    return body + check_digits(body), f"{PREFIX}_{name}"


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
