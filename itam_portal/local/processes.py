"""Child processes that end with the process that started them, and the sentence for what cannot go on."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
DISK_FULL = "The disk is full: free at least 500 MB and start again."
STEP_PATIENCE = 10.0


class Problem(Exception):
    """One sentence for the person at the terminal: what is wrong and what to do."""


@dataclass
class Child:
    """A process in a group of its own, so that Ctrl-C in the terminal reaches the supervisor alone."""

    name: str
    process: subprocess.Popen[str]

    def ended(self) -> bool:
        """Whether it has exited, for whatever reason."""
        return self.process.poll() is not None

    def signal_group(self, number: int) -> bool:
        """Signal it and its descendants; False when none is left."""
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):  # macOS says the latter of processes that have just ended.
            return False
        return True


def end_with_parent(number: int) -> None:
    """Have this very process signalled when the one that started it dies, however it dies. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def tether(number: int) -> Callable[[], None]:
    """The same for a child: for `Popen(preexec_fn=…)`. The starting thread counts as the parent: use the main one."""
    parent = os.getpid()

    def bind() -> None:
        end_with_parent(number)
        if os.getppid() != parent:
            os._exit(1)  # The parent died before the call above took effect.

    return bind


def start(name: str, command: Sequence[str], environment: Mapping[str, str], *, capture: bool = False) -> Child:
    """Start a child; its output goes to the terminal, or with `capture` to `Child.process.stdout`."""
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if capture else None,
        stderr=subprocess.STDOUT if capture else None,
        text=True,
        errors="replace",
        process_group=0,
        preexec_fn=tether(signal.SIGTERM),
    )
    return Child(name, process)


def stop(children: Iterable[Child], *, patience: float) -> None:
    """Ask the children to end; kill what is left of their groups after `patience` seconds."""
    left = [child for child in children if child.signal_group(signal.SIGTERM)]
    deadline = time.monotonic() + patience
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [child for child in left if not child.ended() or child.signal_group(0)]
    for child in left:
        child.signal_group(signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(5)


def run_step(
    command: Sequence[str], environment: Mapping[str, str], *, on_line: Callable[[str], None] = lambda line: None
) -> None:
    """Run a command to its end, quietly; when it fails, show all that it said and raise Problem."""
    name = f"{Path(command[1]).name} {command[2]}"
    child = start(name, command, environment, capture=True)
    output = []
    try:
        for line in child.process.stdout or ():
            output.append(line)
            on_line(line)
        child.process.wait()
    finally:
        if not child.ended():
            stop([child], patience=STEP_PATIENCE)
    if child.process.returncode:
        _fail(name, "".join(output))


def _fail(name: str, output: str) -> None:
    if "No space left on device" in output:
        raise Problem(DISK_FULL)
    sys.stderr.write(output)
    raise Problem(f"{name} failed: what it said is above.")
