"""Fixtures: machines that a test boots by the name of their image."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any, Protocol

import pytest

from .image import CACHE, base_image
from .machine import Machine
from .qemu import Hardware

BEGUN = time.monotonic()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Words of ours for pytest."""
    parser.addoption("--long", action="store_true", help="also the tests that take too long for every change")
    parser.addoption(
        "--begin-within", type=float, default=inf, help="skip tests that would begin after so many seconds"
    )
    parser.addoption("--power-cuts", type=int, default=0, help="how often to cut the power while something is applied")
    parser.addoption("--seed", type=int, default=0, help="the seed of the moments of these power cuts")


def pytest_configure(config: pytest.Config) -> None:
    """Marks of ours."""
    config.addinivalue_line("markers", "long: takes too long for every change; run with --long")
    config.addinivalue_line("markers", "power_cuts: run with --power-cuts N")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is too long, unless it was asked for; the conversions, which last longest, come last."""
    unasked = [mark for mark, option in (("long", "--long"), ("power_cuts", "--power-cuts"))
               if not config.getoption(option)]  # fmt: skip
    left_out = [item for item in items if any(map(item.get_closest_marker, unasked))]
    items[:] = sorted((item for item in items if item not in left_out), key=lambda item: "convert" in item.nodeid)
    config.hook.pytest_deselected(items=left_out)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin nothing that would not end in time; what was left out, and why, stands in the summary."""
    within, gone = item.config.getoption("--begin-within"), time.monotonic() - BEGUN
    if gone > within:
        pytest.skip(f"not begun: {gone:.0f} s are gone, and it would have had to begin within {within:.0f} s")


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
