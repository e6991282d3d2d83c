#!/usr/bin/env python
"""The portal's commands; README.md lists them."""

import os
import sys

import psycopg_pool
from django.core.management import execute_from_command_line
from django.db import OperationalError


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itam_portal.settings")
    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, psycopg_pool.PoolTimeout) as error:
        said = str(error).strip().partition("\n")[0]
        sys.exit(
            f"The database does not answer: {said}. Start it (make run) or correct DATABASE_URL. Nothing was changed."
        )


if __name__ == "__main__":
    main()
