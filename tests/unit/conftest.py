"""Hypothesis on a shared machine: no deadline, because a timing is not a behaviour."""

from hypothesis import settings

settings.register_profile("unit", deadline=None, max_examples=100)
settings.load_profile("unit")
