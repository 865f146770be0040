"""The trial's small Debian, and a dom0 that is judged at once."""

import pytest

from tests.cli.conftest import desk

__all__ = ["desk"]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dom0 that fails is judged at once."""
    monkeypatch.setattr("installer.verbs_trial.PATIENCE", 0.0)
