"""A server that is started as a user starts it, in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, NamedTuple

ROOT = Path(__file__).parents[2]
LONGEST_END = 30.0
"""Seconds that a server may take to end after Ctrl-C."""


class Served(NamedTuple):
    """Where the page is, and the process that serves it."""

    address: str
    process: subprocess.Popen

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.address.rstrip("/").rpartition(":")[2])


def start(port: int = 0, scenarios: str = "scenarios", *more: str) -> Served:
    """Start ``kubesim serve``, with more options, and wait until it says where it is; port 0 takes a free one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kubesim", "serve", scenarios, "--no-browser", "--port", str(port), *more],
        cwd=ROOT,
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT), "KUBESIM_LANG": "en"})
    said = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+/", said)
    assert found, f"the server did not say where it is: {said!r}"
    return Served(found[0], process)


@contextmanager
def serving(scenarios: str = "scenarios", *more: str) -> Iterator[Served]:
    """A server for a while; it must end well after Ctrl-C."""
    served = start(0, scenarios, *more)
    try:
        yield served
    finally:
        served.process.send_signal(signal.SIGINT)
        try:
            ended = served.process.wait(LONGEST_END)
        except subprocess.TimeoutExpired:
            served.process.kill()
            raise
        served.process.stdout.close()
    assert ended == 0, f"the server ended with {ended}"
