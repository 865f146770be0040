"""Fixtures: machines that a test boots by the name of their image."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from .image import CACHE, base_image
from .machine import Machine
from .qemu import Hardware


class Boot(Protocol):
    """Boot a fresh machine of an image, with any field of its hardware changed, and log in."""

    def __call__(self, image_name: str, **changes: Any) -> Machine:
        """Return the machine; its power is cut when the test is over."""


@pytest.fixture
def machine_directory(request: pytest.FixtureRequest) -> Path:
    """Make the directory that keeps a test's serial transcript until the test runs again."""
    directory = CACHE / "machines" / re.sub(r"\W+", "-", request.node.nodeid).strip("-")
    if directory.exists():
        shutil.rmtree(directory)
    return directory


@pytest.fixture
def boot(machine_directory: Path) -> Iterator[Boot]:
    """Boot machines in a test."""
    with ExitStack() as machines:

        def boot_one(image_name: str, **changes: Any) -> Machine:
            image = base_image(image_name)
            hardware = replace(Hardware(image.firmware), **changes)
            machine = machines.enter_context(Machine(image, machine_directory, hardware))
            machine.login()
            return machine

        yield boot_one
