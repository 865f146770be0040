"""The room that /boot must have, which is often a small filesystem of its own."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Finding, unfit
from installer.steps.storage_choice import Place, find_place

XEN_MIB = {"bookworm": 8, "trixie": 36, "forky": 30}
KERNEL_MIB = 120


def check_room(answers: Answers, facts: Facts) -> Iterator[Finding]:
    """Refuse a /boot that has too little; what Xen is there for already had its room."""
    needs = dict(room_needed(answers, facts))
    lacks = sum(needs.values()) - facts.boot.free_mib
    if lacks > 0 and not facts.boot.xen_installed:
        wanted = " and ".join(f"{mib} MiB for {name}" for name, mib in needs.items())
        yield unfit(
            f"/boot has {facts.boot.free_mib} MiB free, {wanted} are needed there: {lacks} MiB are missing.",
            "remove kernels that are no longer used: apt autoremove",
        )


def room_needed(answers: Answers, facts: Facts) -> Iterator[tuple[str, int]]:
    """What is put there, in MiB; a new initial RAM disk stands beside the old one until it is whole."""
    yield "Xen", XEN_MIB.get(facts.release.codename, 36)
    if not any(kernel.dom0 for kernel in facts.boot.kernels):
        yield "a kernel", KERNEL_MIB
    if facts.boot.initrd_mib and remade(answers, facts):
        yield "a second initial RAM disk", facts.boot.initrd_mib


def remade(answers: Answers, facts: Facts) -> bool:
    """Whether initial RAM disks are made anew: for devices that are passed through, or since lvm2 comes."""
    place, storage = find_place(answers, facts), facts.storage
    lvm_comes = isinstance(place, Place) and place.lvm and storage.groups == () and not storage.our_groups
    return facts.initramfs != "none" and (lvm_comes or bool(answers.passthrough.devices))
