import threading
from typing import Any

import structlog
from django.db import connection
from django_tasks_db.management.commands.db_worker import Command as TaskCommand

from itam_portal.history.context import through
from itam_portal.housekeeping import keep_house

EVERY_SECONDS = 600
log = structlog.get_logger()


class Command(TaskCommand):
    """Runs queued jobs: mail, large bulk actions, imports; and keeps house every ten minutes beside them."""

    help = "Runs queued jobs and housekeeping until it is stopped."

    def handle(self, **options: Any) -> None:
        threading.Thread(target=keep_house_forever, name="housekeeping", daemon=True).start()
        super().handle(**options)


def keep_house_forever() -> None:
    """Every ten minutes; what goes wrong once is logged and tried again the next time."""
    pause = threading.Event()
    while True:
        try:
            with through("job", "housekeeping"):
                keep_house()
        except Exception:
            log.exception("housekeeping_failed")
        finally:
            connection.close()
        pause.wait(EVERY_SECONDS)
