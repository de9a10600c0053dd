"""KUBE once more, plainly: one Mesa agent per household, group and companion, written to be read.

It shares with kubesim the parameters (``Scenario``) and the luck (``Draws``), and nothing else.
That both give the same numbers is the evidence that kubesim's columns say what the model means;
how long this one takes is the baseline for kubesim's speed.
"""

from .plain_model import PlainModel

__all__ = ["PlainModel"]
