"""The kinds of mail there are: each has a composer, which apps register when the program starts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from itam_portal.mail.models import Mail


@dataclass(frozen=True)
class Letter:
    """What a mail says: its subject, and what its two templates need. Secrets in it rest nowhere else."""

    subject: str
    template: str
    facts: dict[str, Any] = field(default_factory=dict)

    def message(self, address: str) -> EmailMultiAlternatives:
        """The message, as text and as HTML."""
        text, html = (render_to_string(f"mail/{self.template}.{ending}", self.facts) for ending in ("txt", "html"))
        message = EmailMultiAlternatives(self.subject, text, settings.DEFAULT_FROM_EMAIL, [address])
        message.attach_alternative(html, "text/html")
        return message


# Answers the letter, or None where the mail is no longer wanted.
Composer = Callable[[Mail], Letter | None]
_composers: dict[str, Composer] = {}


def composer(kind: str) -> Callable[[Composer], Composer]:
    """Let this function write the mails of a kind. It runs in the mail's tenant scope, and may store a token's hash."""

    def register(compose: Composer) -> Composer:
        _composers[kind] = compose
        return compose

    return register


# Told what became of a mail after each try, in the transaction that writes it down.
Follower = Callable[[Mail], None]
_followers: dict[str, Follower] = {}


def follower(kind: str) -> Callable[[Follower], Follower]:
    """Let this function know what becomes of the mails of a kind."""

    def register(follow: Follower) -> Follower:
        _followers[kind] = follow
        return follow

    return register


def follow(mail: Mail) -> None:
    """Tell whoever follows mails of this kind how this one stands now."""
    if mail.kind in _followers:
        _followers[mail.kind](mail)


def compose(mail: Mail) -> Letter | None:
    """What this mail says now. Raises KeyError for an unknown kind."""
    return _composers[mail.kind](mail)


def absolute(path: str) -> str:
    """An address of this portal as mail must give it: from a setting, never from a request's Host header."""
    return urljoin(settings.PUBLIC_URL, path)
