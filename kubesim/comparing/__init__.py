"""Comparing designs: the same people and the same luck under several programmes, difference by difference."""
