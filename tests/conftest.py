"""Settings of every test.

The examples of a property are the same in every run, so that what fails is what was changed. Others are looked for by
`tests/run --hypothesis-profile=searching`; one that fails then becomes a test of its own.
"""

from hypothesis import settings

settings.register_profile("xenstrap", deadline=None, derandomize=True)
settings.register_profile("searching", deadline=None, derandomize=False, print_blob=True)
settings.load_profile("xenstrap")
