"""What the machine will be once the new Debian is on it: the facts that every further step goes by."""

from installer.answers import Answers
from installer.answers import Storage as Wanted
from installer.answers_install import Install
from installer.facts import Boot, Facts, Kernel, Program, Release
from installer.facts_network import Auto, Interfaces, Network, NetworkNow, Nic, Stanza
from installer.facts_outside import Outside
from installer.facts_storage import Block, Disk, Region, Storage, VolumeGroup
from installer.network.interfaces_text import parse, selects
from installer.regions import free_regions
from installer.steps.install_debian import INITRAMFS, PLACE, new_nic
from installer.steps.install_disk import other_groups, planned_layout
from installer.steps.install_layout import MIB, Layout
from installer.steps.install_name import new_name
from installer.steps.install_network import new_interfaces
from installer.steps.storage_choice import Place, find_place
from installer.steps.storage_disk import RAID

NAMES = {"bookworm": "12 (bookworm)", "trixie": "13 (trixie)", "forky": "forky/sid"}
BASE_MIB = 2560
"""What Debian with a kernel takes of the root filesystem."""
EXTENT = 4 * MIB
RESERVED = 132 * MIB
"""What mdadm keeps at an array's beginning at most, and LVM."""
LUKS_HEADER = 16 * MIB
"""What LUKS2 keeps for itself (cryptsetup-luksFormat(8), --offset)."""
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


def new_facts(answers: Answers, facts: Facts) -> Facts:
    """The facts of the new system before Xen, on the same machine; `check` has found no error."""
    install = answers.install
    layout, nic = planned_layout(install, facts), new_nic(install, facts)
    assert isinstance(nic, Nic)
    root_mib = layout.root.bytes // MIB
    known = {name: getattr(facts, name) for name in STAYING}
    return Facts.model_validate(known | {
        "release": Release(id="debian", codename=install.suite, name=f"Debian GNU/Linux {NAMES[install.suite]}"),
        "hostname": install.hostname,
        "wdat": facts.wdat and facts.wdat.model_copy(update={"grub": True}),  # its packages bring the module
        "running": facts.running.model_copy(update={"live": False}),
        "boot": Boot(
            loader="grub",
            root_uuid=layout.root_uuid,
            free_mib=root_mib - BASE_MIB,
            kernels=(Kernel(version=f"of {install.suite}", dom0=True),),
            linux_default="quiet",
            unwritable="RAID" if layout.mirrors else "",
        ),
        "var_free_mib": root_mib - BASE_MIB,
        "disks": tuple(new_disk(disk, layout) if disk in layout.disks else disk.model_copy(update={"holds": ()})
                       for disk in facts.disks),
        "storage": new_storage(answers, layout),
        "network": new_network(nic, answers, facts),
        "initramfs": INITRAMFS[install.suite],
        "program": Program(path=f"{PLACE}/xenstrap"),
        "outside": Outside(),
    })  # fmt: skip


def new_disk(disk: Disk, layout: Layout) -> Disk:
    """The disk with the new system on it."""
    content = {"esp": ("vfat", ("/boot/efi",)), "linux": ("ext4", ("/",)), "bios-boot": ("", ()), "raid": (RAID, ())}
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
    ours = tuple(where for part in parts for where in part.used)
    table = {"msdos": "dos"}.get(layout.table, layout.table)
    free = free_regions(disk.bytes, disk.sector, table, parts)
    return disk.model_copy(
        update={
            "table": table,
            "content": "",
            "label": "",
            "parts": parts,
            "upon": (),
            "free": () if layout.mirrors else tuple(Region(start=start, bytes=size) for start, size in free),
            "holds": ours if not layout.mirrors else tuple(sorted({*ours, "/"})),
        }
    )


def new_storage(answers: Answers, layout: Layout) -> Storage:
    """The volume group that is there already; its size is what mdadm, LUKS and LVM leave at least."""
    if not layout.guests or answers.storage.where != "auto":
        return Storage()
    kept = RESERVED + (LUKS_HEADER if layout.luks else 0)
    size = (layout.guests.bytes - kept) // EXTENT * EXTENT
    disks = tuple(disk.id for disk in layout.disks)
    group = VolumeGroup(name=answers.storage.group, bytes=size, free=size, disks=disks)
    return Storage(groups=(group,), given=group.name)


def new_network(nic: Nic, answers: Answers, facts: Facts) -> Network:
    """The new system's network: one interface, in the hands of ifupdown; what default routes it has now."""
    name = new_name(nic, answers.install.suite, facts.network)
    text = new_interfaces(name, nic, answers, facts)
    lines = text.split("\n")
    stanzas, autos = [], []
    for block in parse(text):
        here = tuple(lines[number] for number in block.numbers)
        words, line = block.head.words, block.numbers[0] + 1
        if block.word == "iface":
            options = tuple((option.words[0], option.rest) for option in block.options)
            stanzas.append(Stanza(path=TOP, line=line, name=words[1], family=words[2], method=words[3],
                                  options=options, lines=here))  # fmt: skip
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
            "predicted": {},
            "here": nic.name if nic.name != name else "",
        }
    )
    return Network(
        uplink=name,
        nics=(new,),
        interfaces=Interfaces(flavour="ifupdown", stanzas=tuple(stanzas), autos=tuple(autos)),
        now=NetworkNow(
            routes=tuple(
                route.model_copy(update={"nic": name}) for route in facts.network.now.routes if route.nic == nic.name
            )
        ),
    )


def new_answers(answers: Answers, facts: Facts, later: Facts) -> Answers:
    """The answers that hold in the new system; where there is other room, what "auto" means is said."""
    new = answers.model_copy(update={"install": Install()})
    if answers.storage.where != "auto":
        return new
    layout, place = planned_layout(answers.install, facts), find_place(new, later)
    small = new.model_copy(update={"storage": on_rest(answers.storage, layout.disk)})
    if isinstance(place, Place) and place.kind == "directory" and isinstance(find_place(small, later), Place):
        return small
    elsewhere = other_groups(facts, layout.disks) or (layout.mirrors and not layout.guests)
    if not elsewhere or not isinstance(place, Place):
        return new
    said = {"where": place.kind, "disk": (place.disk.id,) if place.disk else ()}
    return new.model_copy(update={"storage": new.storage.model_copy(update=said)})


def on_rest(storage: Wanted, disk: Disk) -> Wanted:
    """The rest of the new disk, however little it is: unlike free space of a running system it is for nothing else."""
    return storage.model_copy(update={"where": "free-space", "disk": (disk.id,)})
