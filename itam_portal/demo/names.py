"""People's names, in many languages, each with what a login can be made of."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from random import Random
from typing import NamedTuple

from itam_portal.demo.chance import chooser, falling, weighted
from itam_portal.demo.latin_names import LATIN, VIETNAMESE
from itam_portal.demo.other_names import FAR_EASTERN, OTHER, UNUSUAL

# The share of people whose names are of their tenant's own language; all languages share the rest.
OWN_LANGUAGE = 0.15
UNUSUAL_SHARE = 0.0006
# Where family names are often double: what joins them, and how often.
_DOUBLE = {"es": (" ", 0.6), "pt": (" ", 0.35), "de": ("-", 0.05), "en": ("-", 0.03), "pl": ("-", 0.04)}
_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "ı": "i", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th"})


class Name(NamedTuple):
    """One part of a name, as written and in small Latin letters."""

    written: str
    latin: str


class Person(NamedTuple):
    """A name and the language it comes from."""

    language: str
    full: str
    first: str
    last: str
    latin_first: str
    latin_last: str


class Pool(NamedTuple):
    """The names of one language; the frequent ones stand in many places."""

    language: str
    weight: float
    firsts: Sequence[Name]
    lasts: Sequence[Name]
    joint: str = " "
    family_first: bool = False


def latin_letters(text: str) -> str:
    """Only a to z: Émile becomes emile, O'Brien obrien."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_PLAIN))
    return "".join(letter for letter in plain if "a" <= letter <= "z")


def _names(text: str) -> tuple[Name, ...]:
    names = []
    for word in text.split():
        written, _, latin = word.replace("_", " ").partition("=")
        names.append(Name(written, latin or latin_letters(written)))
    return falling(names, slots=1024, offset=12)


@cache
def pools() -> tuple[Pool, ...]:
    """Every language's names, read once."""
    western = [Pool(*block) for block in _blocks(LATIN + "\n" + OTHER)]
    eastern = [Pool(*block, joint="", family_first=True) for block in _blocks(FAR_EASTERN)]
    return (*western, *eastern, *[Pool(*block, family_first=True) for block in _blocks(VIETNAMESE)])


def _blocks(text: str) -> Iterator[tuple[str, float, Sequence[Name], Sequence[Name]]]:
    for block in text.strip().split("\n\n"):
        head, _, names = block.partition("\n")
        language, share = head.split()
        firsts, _, lasts = names.partition("\n--\n")
        yield language, float(share), _names(firsts), _names(lasts)


@cache
def unusual() -> tuple[Person, ...]:
    """Names of one letter, and of very many."""
    people = []
    for line in UNUSUAL.splitlines():
        full, first, last = line.replace("_", " ").split("=")
        words = full.split(" ", 1)
        people.append(Person("en", full, words[0], words[-1], first, last))
    return tuple(people)


def namer(chance: Random, language: str) -> Callable[[], Person]:
    """A function that draws people, many of them of this language."""
    draw, any_unusual = chance.random, chooser(chance, unusual())
    any_pool = chooser(chance, weighted(_shares(language)))

    def name() -> Person:
        if draw() < UNUSUAL_SHARE:
            return any_unusual()
        pool = any_pool()
        firsts, lasts = pool.firsts, pool.lasts
        first, last = firsts[int(draw() * len(firsts))], lasts[int(draw() * len(lasts))]
        family = last.written
        joint, share = _DOUBLE.get(pool.language, ("", 0.0))
        if draw() < share:
            family = f"{family}{joint}{lasts[int(draw() * len(lasts))].written}"
        full = f"{family}{pool.joint}{first.written}" if pool.family_first else f"{first.written} {family}"
        return Person(pool.language, full, first.written, family, first.latin, last.latin)

    return name


def _shares(language: str) -> list[tuple[Pool, float]]:
    """Each pool with its share where this language is at home."""
    whole = sum(pool.weight for pool in pools())
    own = sum(pool.weight for pool in pools() if pool.language == language)
    bonus = whole * OWN_LANGUAGE / (1 - OWN_LANGUAGE) / own
    return [(pool, pool.weight * (1 + bonus) if pool.language == language else pool.weight) for pool in pools()]
