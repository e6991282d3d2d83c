import time
from argparse import ArgumentParser
from typing import Any

from django_tasks_db.management.commands.db_worker import Command as TaskCommand
from django_tasks_db.management.commands.db_worker import Worker
from django.db import close_old_connections

from itam_portal.housekeeping import keep_house

EVERY_SECONDS = 600


class HousekeepingWorker(Worker):
    """django-tasks' worker, which looks after the house between two jobs."""

    kept_house_at = 0.0

    def run(self) -> None:
        self.keep_house()
        super().run()

    def run_task(self, db_task_result: Any) -> None:
        super().run_task(db_task_result)
        self.keep_house()

    def keep_house(self) -> None:
        """Every ten minutes; an error in it must not stop the jobs."""
        if time.monotonic() - self.kept_house_at < EVERY_SECONDS and self.kept_house_at:
            return
        self.kept_house_at = time.monotonic()
        keep_house()


class Command(TaskCommand):
    """Runs queued jobs: mail, large bulk actions, imports, and housekeeping every ten minutes."""

    help = "Runs queued jobs until it is stopped."
