import threading
from typing import Any

import structlog
from django.db import connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Command as TaskCommand
from django_tasks_db.management.commands.db_worker import Worker

from itam_portal.history.context import through
from itam_portal.housekeeping import keep_house
from itam_portal.mail.jobs import QUEUE

EVERY_SECONDS = 600
log = structlog.get_logger()


class Command(TaskCommand):
    """Runs queued jobs: mail, large bulk actions, imports; and keeps house every ten minutes beside them.

    Mail has a thread of its own: a mail server that is slow delays no other job.
    """

    help = "Runs queued jobs and housekeeping until it is stopped."

    def handle(self, **options: Any) -> None:
        if not options["batch"]:
            threading.Thread(target=keep_house_forever, name="housekeeping", daemon=True).start()
            threading.Thread(target=send_mail_forever, args=(options,), name="mail", daemon=True).start()
        options["queue_name"] = "*" if options["batch"] else "default"
        super().handle(**options)


def send_mail_forever(options: dict[str, Any]) -> None:
    """The mail queue alone; what goes wrong once is logged, and the thread goes on."""
    while True:
        worker = Worker(
            queue_names=[QUEUE],
            interval=options["interval"],
            batch=False,
            backend_name=options["backend_name"],
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        try:
            worker.run()
        except Exception:
            log.exception("mail_worker_failed")
            threading.Event().wait(options["interval"])


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
