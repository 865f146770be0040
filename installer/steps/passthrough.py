"""PCI devices for guests: hidden from dom0 as it starts."""

import hashlib
from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.finding import Choice, Finding, proved, unfit, wrong
from installer.resources.base import Resource
from installer.resources.files import File
from installer.resources.initramfs import Initramfs
from installer.steps.base import Step
from installer.steps.pci_devices import missing, named, select
from installer.steps.pci_refusals import check_device, check_neighbours
from installer.steps.storage_choice import Place, find_place
from installer.templates import render

KEY = "passthrough.devices"


class PassthroughStep(Step):
    """xen-pciback takes the devices before their drivers do."""

    name = "passthrough"
    title = "Devices for guests"

    def check(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        if not answers.passthrough.devices:
            return
        if not can_translate(facts):
            yield unfit(
                "PCI devices need an IOMMU to be given to guests, and this machine shows none.",
                'look in the firmware\'s setup for "VT-d", "AMD-Vi" or "IOMMU" and switch it on',
                KEY,
            )
        for text, hint in missing(answers, facts):
            yield wrong(KEY, text, hint)
        chosen = select(answers, facts)
        place = find_place(answers, facts)
        storage = place.disk.id if isinstance(place, Place) and place.disk else ""
        for device in chosen:
            yield from check_device(device, facts, storage)
        yield from check_neighbours(chosen, facts)

    def choices(self, answers: Answers, facts: Facts) -> Iterator[Choice]:
        for device in select(answers, facts):
            yield Choice(key=KEY, value=device.address, because=named(device))

    def resources(self, answers: Answers, facts: Facts) -> Iterator[Resource]:
        chosen = select(answers, facts)
        if not chosen:
            return
        modules = sorted({module for device in chosen for module in device.modules})
        text = render("xen/pciback.conf", devices=[device.address for device in chosen], modules=modules)
        conf = f"/etc/modprobe.d/xenstrap-pciback-{hashlib.sha256(text.encode()).hexdigest()[:8]}.conf"
        yield File(name=conf, text=text, because="guests get these devices, dom0 leaves them alone")
        yield File(name="/etc/modules-load.d/xenstrap-pciback.conf", text=render("xen/pciback-load.conf"))
        if facts.initramfs == "initramfs-tools":
            hook = render("xen/pciback-initramfs-hook")
            yield File(name="/etc/initramfs-tools/hooks/xenstrap-pciback", text=hook, mode="0755")
        elif facts.initramfs == "dracut":
            text = render("xen/pciback-dracut.conf", conf=conf)
            yield File(name="/etc/dracut.conf.d/xenstrap-pciback.conf", text=text)
        if facts.initramfs != "none":
            yield Initramfs(name="passthrough", files=("xen-pciback.ko", conf.lstrip("/")))

    def verify(self, answers: Answers, facts: Facts) -> Iterator[Finding]:
        chosen = select(answers, facts) if facts.xen else []
        if chosen and not facts.iommu.active:
            yield unfit(
                "Xen does not use the IOMMU, so that no device can be given to guests.", "xl dmesg | grep -i iommu"
            )
        for device in chosen:
            if facts.xen and device.address in facts.xen.assignable:
                yield proved(f"{device.address} is left to guests")
            else:
                hint = f"lspci -ks {device.address}; xl pci-assignable-list; dmesg | grep pciback"
                yield unfit(f"{device.address} cannot be given to guests: dom0 has not left it", hint)


def can_translate(facts: Facts) -> bool:
    """Whether there is an IOMMU: as Xen says where it runs, else as the firmware announces it."""
    return facts.iommu.active or (facts.xen is None and facts.iommu.table is not None)
