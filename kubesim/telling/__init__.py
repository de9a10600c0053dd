"""Telling: what a scenario assumes value by value, and what its programme does to one life."""
