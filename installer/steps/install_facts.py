"""What the machine will be once the new Debian is on it: the facts that every further step goes by."""

from installer.answers import Answers
from installer.answers_install import Install
from installer.facts import Boot, Facts, Kernel, Outside, Program, Release
from installer.facts_network import Auto, Interfaces, Network, Nic, Stanza
from installer.facts_storage import Block, Disk, Region, Storage
from installer.network.interfaces_text import parse, selects
from installer.regions import free_regions
from installer.steps.install_debian import INITRAMFS, PLACE, new_name, new_nic
from installer.steps.install_disk import other_groups, planned_layout
from installer.steps.install_layout import MIB, Layout
from installer.steps.storage_choice import Place, find_place
from installer.templates import render

NAMES = {"bookworm": "12 (bookworm)", "trixie": "13 (trixie)", "forky": "forky/sid"}
BASE_MIB = 2560
"""What Debian with a kernel takes of the root filesystem."""
STAYING = {
    "architecture",
    "cpu",
    "memory_mib",
    "firmware",
    "iommu",
    "under",
    "pci",
    "serial",
    "watchdog",
    "root",
}
"""Facts of the machine itself, whatever runs on it."""
TOP = "/etc/network/interfaces"


def new_facts(install: Install, facts: Facts) -> Facts:
    """The facts of the new system before Xen, on the same machine; `check` has found no error."""
    layout, nic = planned_layout(install, facts), new_nic(install, facts)
    assert isinstance(nic, Nic)
    root_mib = layout.root.bytes // MIB
    known = {name: getattr(facts, name) for name in STAYING}
    return Facts.model_validate(known | {
        "release": Release(id="debian", codename=install.suite, name=f"Debian GNU/Linux {NAMES[install.suite]}"),
        "hostname": install.hostname,
        "running": facts.running.model_copy(update={"live": False}),
        "boot": Boot(
            loader="grub",
            root_uuid=layout.root_uuid,
            free_mib=root_mib - BASE_MIB,
            kernels=(Kernel(version=f"of {install.suite}", dom0=True),),
            linux_default="quiet",
        ),
        "var_free_mib": root_mib - BASE_MIB,
        "disks": tuple(new_disk(disk, layout) if disk.id == layout.disk.id else disk.model_copy(update={"holds": ()})
                       for disk in facts.disks),
        "storage": Storage(),
        "network": new_network(nic),
        "initramfs": INITRAMFS[install.suite],
        "program": Program(path=f"{PLACE}/xenstrap"),
        "outside": Outside(),
    })  # fmt: skip


def new_disk(disk: Disk, layout: Layout) -> Disk:
    """The disk with the new system on it."""
    content = {"esp": ("vfat", ("/boot/efi",)), "linux": ("ext4", ("/",)), "bios-boot": ("", ())}
    divider = "p" if disk.name[-1:].isdigit() else ""
    parts = tuple(
        Block(
            name=f"{disk.name}{divider}{number}",
            kind="part",
            bytes=slot.bytes,
            number=number,
            start=slot.start,
            role=slot.role,
            content=content[slot.role][0],
            used=content[slot.role][1],
        )
        for number, slot in enumerate(layout.slots, 1)
    )
    table = {"msdos": "dos"}.get(layout.table, layout.table)
    free = free_regions(disk.bytes, disk.sector, table, parts)
    return disk.model_copy(
        update={
            "table": table,
            "content": "",
            "label": "",
            "parts": parts,
            "upon": (),
            "free": tuple(Region(start=start, bytes=size) for start, size in free),
            "holds": tuple(where for part in parts for where in part.used),
        }
    )


def new_network(nic: Nic) -> Network:
    """The new system's network: one interface, by DHCP, in the hands of ifupdown."""
    name = new_name(nic)
    text = render("debian/interfaces", nic=name)
    lines = text.split("\n")
    stanzas, autos = [], []
    for block in parse(text):
        here = tuple(lines[number] for number in block.numbers)
        words, line = block.head.words, block.numbers[0] + 1
        if block.word == "iface":
            stanzas.append(Stanza(path=TOP, line=line, name=words[1], family=words[2], method=words[3], lines=here))
        elif selects(block.word):
            autos.append(Auto(path=TOP, line=line, word=block.word, names=words[1:], lines=here))
    mac = nic.permanent or nic.mac
    new = nic.model_copy(
        update={
            "name": name,
            "mac": mac,
            "permanent": "",
            "manager": "ifupdown",
            "master": None,
            "lower": (),
            "iaid": None,
        }
    )
    return Network(
        uplink=name,
        nics=(new,),
        interfaces=Interfaces(flavour="ifupdown", stanzas=tuple(stanzas), autos=tuple(autos)),
    )


def new_answers(answers: Answers, facts: Facts, later: Facts) -> Answers:
    """The answers that hold in the new system; where there are other disks with room, what "auto" means is said."""
    new = answers.model_copy(update={"install": Install()})
    layout, place = planned_layout(answers.install, facts), find_place(new, later)
    if answers.storage.where != "auto" or not other_groups(facts, layout.disk) or not isinstance(place, Place):
        return new
    said = {"where": place.kind, "disk": (place.disk.id,) if place.disk else ()}
    return new.model_copy(update={"storage": new.storage.model_copy(update=said)})
