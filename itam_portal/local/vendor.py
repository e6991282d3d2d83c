"""Fetch the front-end files that we serve ourselves: `python -m itam_portal.local.vendor`.

Every package is pinned by its version and by the hash of its archive; an archive with another hash is refused. The
results are committed, so that nobody needs npm or a network to run the portal. To renew one: change the pin, run this,
look at the difference. A new icon needs only a line in ICONS.
"""

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "static"
ARCHIVE_ROOT = "package/"


class HashMismatch(Exception):
    """The archive is not the one that was pinned."""


@dataclass(frozen=True)
class Package:
    """One npm package; `integrity` is the base64 of the SHA-512 of its archive."""

    name: str
    version: str
    integrity: str

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


@dataclass(frozen=True)
class Contents:
    """The files of one unpacked archive, by their path inside the package."""

    package: Package
    files: dict[str, bytes]

    def text(self, path: str) -> str:
        return self.files[path].decode()


HTMX = Package(
    "htmx.org",
    "4.0.1",
    "oF7JgXhDW9UXCy/k1ZYFUQgzu/rm19ORWPSPNL91vPluB2PB9+MV55tyQdH/w7o2EAbTYUG5SDW1R60mdkdqGg==",
)
LUCIDE = Package(
    "lucide-static",
    "1.62.0",
    "WBZA/m2PvkFpMGHDtsBck5P2A9G4ehLlYu4GwwICcmEm1BvYVgj00lCDxKRWLlbMlOibLaiwdQ88G5pHkSWgwA==",
)
INTER = Package(
    "@fontsource-variable/inter",
    "5.3.0",
    "OupL48va4JNofb97w6NYeF9S7W/kHNKM0Er8Dem5nqi4jeOLrVJDoE8tZEpnMJmtkvNbB1EIPPwHcdkF6b1oUA==",
)

SUBSETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese")

ICONS = """
    arrow-down arrow-left arrow-right arrow-up arrow-up-down at-sign badge-check ban bell book-open bookmark bot
    briefcase building building-2 calendar calendar-clock check chevron-down chevron-left chevron-right chevron-up
    chevrons-left chevrons-right chevrons-up-down circle circle-alert circle-check circle-dot circle-minus circle-plus
    circle-question-mark circle-x clock clock-alert code columns-3 compass contact copy cpu credit-card crown download
    ellipsis external-link eye eye-off file-question-mark file-spreadsheet file-text flag folder-tree funnel globe
    grip-vertical group hash history hourglass house id-card inbox info key-round keyboard layers layout-dashboard link
    list list-checks list-filter lock log-in log-out mail mail-check map-pin menu minus monitor moon network pencil
    phone plug plus power receipt-text refresh-cw rotate-ccw rows-3 save search search-x send server server-crash
    settings shield shield-alert shield-check sliders-horizontal star sun tag tags text-search timer trash-2
    triangle-alert undo-2 unplug upload user user-check user-cog user-plus user-round user-x users users-round workflow
    wrench x
"""


def download(package: Package) -> Contents:
    """The files of a package, from the registry that npm is set up for. Raises HashMismatch."""
    with tempfile.TemporaryDirectory() as directory:
        command = ["npm", "pack", str(package), "--pack-destination", directory, "--ignore-scripts", "--silent"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=directory)
        archive = next(Path(directory).glob("*.tgz"))
        verify(package, archive.read_bytes())
        return Contents(package, unpack(archive))


def verify(package: Package, archive: bytes) -> None:
    found = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != package.integrity:
        raise HashMismatch(f"{package}: expected {package.integrity}, found {found}. Nothing was written.")


def unpack(archive: Path) -> dict[str, bytes]:
    """Read the archive into memory; nothing of it is written to disk under a name that it chose."""
    files = {}
    with tarfile.open(archive) as members:
        for member in members:
            content = members.extractfile(member)
            if content:
                files[member.name.removeprefix(ARCHIVE_ROOT)] = content.read()
    return files


def write(path: str, content: bytes) -> None:
    target = STATIC / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def write_htmx(contents: Contents) -> None:
    write(f"vendor/htmx-{contents.package.version}.min.js", contents.files["dist/htmx.min.js"])


def write_icons(contents: Contents) -> None:
    symbols = "\n".join(symbol(name, contents.text(f"icons/{name}.svg")) for name in ICONS.split())
    note = f"<!-- Lucide {contents.package.version}, ISC licence, see vendor/LICENSES.txt -->"
    write("icons/sprite.svg", f'{note}\n<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'.encode())


def symbol(name: str, drawing: str) -> str:
    """One icon as a <symbol>: the shapes only, so that colour and stroke come from our stylesheet."""
    found = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if not found:
        raise ValueError(f"The icon {name} is not an <svg>.")
    shapes = re.sub(r"\s*\n\s*", "", found[1])
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def write_fonts(contents: Contents) -> None:
    for subset in SUBSETS:
        write(f"fonts/inter-{subset}.woff2", contents.files[f"files/inter-{subset}-wght-normal.woff2"])


def licence(contents: Contents) -> str:
    rule = "=" * 80
    return f"{rule}\n{contents.package}\n{rule}\n\n{contents.text('LICENSE').strip()}\n"


WRITERS: dict[Package, Callable[[Contents], None]] = {HTMX: write_htmx, LUCIDE: write_icons, INTER: write_fonts}


def main() -> None:
    # All are fetched and verified before the first is written: a refusal leaves everything as it was.
    fetched = [download(package) for package in WRITERS]
    for contents in fetched:
        WRITERS[contents.package](contents)
    write("vendor/LICENSES.txt", "\n".join(licence(contents) for contents in fetched).encode())


if __name__ == "__main__":
    try:
        main()
    except HashMismatch as mismatch:
        sys.exit(str(mismatch))
