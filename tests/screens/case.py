"""Answers on a machine that stands in some way, made up in a word or two."""

from typing import Any, NamedTuple

from installer.answers import Answers
from installer.facts import Facts, PciDevice
from installer.stage import Stage
from installer.standing import Standing
from tests.blank.machines import BLANK, HASH
from tests.machines import BOOT, answers, machine
from tests.network.test_findings import network, on


class Case(NamedTuple):
    """Answers on a machine that stands so."""

    facts: Facts
    answers: Answers = Answers()
    standing: Standing = Standing()


def pci(address: str, kind: str = "020000", **more: Any) -> PciDevice:
    """A PCI function."""
    return PciDevice(address=address, vendor="8086", device="10d3", kind=kind, **more)


CARD = "0000:01:00."
"""A card with functions."""


def give(*devices: PciDevice, **different: Any) -> Case:
    """The first of these devices shall be a guest's."""
    return Case(machine(pci=devices, **different), answers(passthrough={"devices": [devices[0].address]}))


def install(facts: Facts = BLANK["uefi-480"], **given: Any) -> Case:
    """A new Debian with these answers."""
    return Case(facts, answers(install={"disk": ["ata-SSD_S1"], "root_password": HASH} | given))


def tried(**stage: Any) -> Standing:
    """A run whose trial stands so."""
    return Standing(phase="failed", answers=Answers(), stage=Stage(**stage))


def boots(**different: Any) -> Facts:
    """A machine that starts otherwise."""
    return machine(boot=BOOT.model_copy(update=different))


def release(**different: str) -> Facts:
    """A machine with another system."""
    return machine(release=machine().release.model_copy(update=different))


def ours(**sections: Any) -> Case:
    """These answers on an ordinary machine."""
    return Case(on(network()), answers(**sections))
