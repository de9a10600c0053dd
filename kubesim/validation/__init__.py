"""Validation: the model as shipped, held against published evidence."""

from kubesim.validation.evidence import Evidence, Target, load_evidence
from kubesim.validation.measuring import measure

__all__ = ["Evidence", "Target", "load_evidence", "measure"]
