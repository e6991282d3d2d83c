"""What was found: promises with their verdicts, tables beside them, on the terminal and as a page of docs/."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

HOLDS, BROKEN, TOLD = "holds", "BROKEN", "–"


@dataclass(frozen=True)
class Promise:
    """One promise: what was measured, what was promised, and whether it holds; None is a number only told."""

    what: str
    measured: str
    promised: str
    holds: bool | None = None

    @property
    def verdict(self) -> str:
        """In a word."""
        return {True: HOLDS, False: BROKEN, None: TOLD}[self.holds]

    @property
    def cells(self) -> tuple[str, ...]:
        return self.what, self.measured, self.promised, self.verdict


@dataclass
class Table:
    """A table of details, with a sentence that explains it."""

    title: str
    said: str
    heads: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)


@dataclass
class Result:
    """What one part of the benchmark found."""

    promises: list[Promise] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def add(self, other: "Result") -> None:
        """Take in what another part found."""
        self.promises += other.promises
        self.tables += other.tables
        self.broken += other.broken

    @property
    def holds(self) -> bool:
        """Whether no promise is broken."""
        return all(promise.holds is not False for promise in self.promises)


METHOD = (
    "CPU milliseconds of the Python process and of its PostgreSQL backend, medians of interleaved repetitions; wall "
    "time is not counted. Trust the ratios: they were measured in one run."
)
HEADS = ("Measured", "Found", "Promised", "Verdict")


def on_terminal(result: Result) -> str:
    """The promises as an aligned table, then the statements behind those that are broken."""
    rows = [HEADS, *[promise.cells for promise in result.promises]]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:], *result.broken])


def as_page(result: Result, heading: str) -> str:
    """The page docs/benchmarks.md."""
    parts = [
        "# Benchmarks",
        heading,
        METHOD,
        markdown(HEADS, [promise.cells for promise in result.promises]),
    ]
    for table in result.tables:
        parts += [f"## {table.title}", table.said, markdown(table.heads, table.rows)]
    return "\n\n".join(parts) + "\n"


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def ms(value: float) -> str:
    """Milliseconds with as many digits as mean anything."""
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def times(value: float) -> str:
    """A ratio."""
    return f"{value:.2f}×" if value < 10 else f"{value:.0f}×"
