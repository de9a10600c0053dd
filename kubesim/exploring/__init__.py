"""What a sweep shows: where designs fail, which design regrets least, how levers move an effect.

``explore(sweep, ...)`` gives an ``Explored``, which a notebook shows and ``write`` puts into the folder.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubesim.exploring.explored import Explored, explore

__all__ = ["Explored", "explore"]


def __getattr__(name: str) -> Any:
    """The public names on first use: pictures and trees are slow to import."""
    if name not in __all__:
        raise AttributeError(f"module 'kubesim.exploring' has no attribute '{name}'")
    return getattr(import_module("kubesim.exploring.explored"), name)
