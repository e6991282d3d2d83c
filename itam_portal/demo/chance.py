"""Chance that repeats: everything is drawn through random.Random(seed).random(), the same on every machine."""

import random
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import TypeVar

Item = TypeVar("Item")
SLOTS = 2048


def luck(*words: object) -> random.Random:
    """A source of chance for these words alone: one part of the demo never disturbs another."""
    return random.Random("/".join(map(str, words)))  # noqa: S311 - the demo must repeat, not surprise


def chooser(chance: random.Random, items: Sequence[Item]) -> Callable[[], Item]:
    """A function that draws one of these."""
    draw, number = chance.random, len(items)
    return lambda: items[int(draw() * number)]


def weighted(pairs: Iterable[tuple[Item, float]], slots: int = SLOTS) -> tuple[Item, ...]:
    """Each item as often as its weight says, so that a plain draw is a weighted one. A rare item may get no slot."""
    items, weights = zip(*pairs, strict=True)
    whole = sum(weights)
    edges = [round(slots * edge / whole) for edge in accumulate(weights)]
    return tuple(item for item, low, high in zip(items, [0, *edges], edges, strict=False) for _ in range(low, high))


def falling(items: Sequence[Item], *, slots: int = SLOTS, offset: float = 1.0) -> tuple[Item, ...]:
    """The first items often, the last ones seldom, as Zipf found; a greater offset makes the fall gentler."""
    return weighted([(item, 1 / (rank + offset)) for rank, item in enumerate(items)], slots)
