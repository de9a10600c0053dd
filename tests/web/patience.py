"""Waiting for what other threads do."""

from __future__ import annotations

import time


def wait_for(true, seconds=60.0):
    """Wait until something is true; fails after so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
