"""A chart of sign-ins by week: which weeks there are, and how it is drawn."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEKS = 26
# What a bar and the gap beside it are wide, and the chart is high, in the drawing's own units.
BAR, STEP, HIGH = 8, 10, 100


@dataclass(frozen=True)
class Bar:
    """One week: its Monday, how many signed in, and where its bar stands."""

    monday: date
    number: int
    x: str
    y: str
    height: str


def mondays(today: date, most: int = WEEKS) -> list[date]:
    """The first days of the last weeks, the present one last."""
    this = today - timedelta(days=today.weekday())
    return [this - timedelta(weeks=back) for back in range(most - 1, -1, -1)]


def bars_of(numbers: dict[date, int]) -> list[Bar]:
    """The bars, the highest as high as the chart. A week with anything in it can be seen."""
    highest = max(numbers.values(), default=0) or 1
    heights = [max(HIGH * number / highest, 1.5) if number else 0 for number in numbers.values()]
    return [
        Bar(monday, number, str(place * STEP + (STEP - BAR) // 2), f"{HIGH - height:.2f}", f"{height:.2f}")
        for place, ((monday, number), height) in enumerate(zip(numbers.items(), heights, strict=True))
    ]
