"""The one door through which every text for users goes, so that it can be put into another language."""

from __future__ import annotations

from typing import Any


def say(message: str, **parts: Any) -> str:
    """A message with its parts filled in."""
    return message.format(**parts)
