"""What the numbers were measured on: processor, cores and PostgreSQL, nothing that names the machine."""

import os
import platform
from pathlib import Path

from django.db import connection


def describe() -> str:
    """One sentence."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0].split()[0]
    cores = len(os.sched_getaffinity(0))
    return f"{processor()}, {cores} cores; PostgreSQL {server}, Python {platform.python_version()}."


def processor() -> str:
    """The processor's model, as the kernel tells it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _colon, value = line.partition(":")
        if name.strip() in ("model name", "Model"):
            return " ".join(value.split())
    return platform.machine()
