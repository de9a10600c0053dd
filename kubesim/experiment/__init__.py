"""Experiments: the files that say what a study varies, how often, and what it measures.

``Experiment.load`` reads one, ``points`` are what it tries, ``run`` lives it (``kubesim/sweeping``).
"""

from kubesim.experiment.experiment import Experiment

__all__ = ["Experiment"]
