"""Settings of every test."""

from hypothesis import settings

settings.register_profile("xenstrap", deadline=None, derandomize=False, print_blob=True)
settings.load_profile("xenstrap")
