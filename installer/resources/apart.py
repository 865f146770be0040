"""What stands on a disk, taken apart before the disk is erased; who has a part of it for himself is named."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from installer.blocks import SYS, amount, kernel_name, with_all_upon
from installer.errors import HostError
from installer.facts_storage import EXTENDED, Block
from installer.host import Host
from installer.lvm import lvm_rows
from installer.resources.base import Progress, Said
from installer.resources.table import settle_udev

PHYSICAL = "LVM2_member"


def take_apart(host: Host, disk: str, kernel: str, tree: tuple[Block, ...]) -> Iterator[Said]:
    """Release what stands on a disk, from the top down, and clear its partitions; HostError where it is in use.

    Nothing is cleared before all is released: what is in use has lost nothing. lsblk repeats below each of its
    parents what stands on several (a thin pool, a volume on two partitions): it is released once, the deepest first.
    """
    every = list({each.name: each for each in reversed(list(with_all_upon(tree)))}.values())
    if busy := [f"{each.name} ({', '.join(each.used)})" for each in reversed(every) if each.used]:
        raise HostError(f"the disk {disk} is in use: {'; '.join(busy)}", "unmount it, or take another disk")
    for each in every:
        if each.kind != "part":
            yield Progress(text=f"closing {each.name}")
            close(host, disk, each)
    settle_udev(host)
    # An extended partition holds nothing but others, and goes with the table.
    parts = [each for each in every if each.kind == "part" and each.role != EXTENDED]
    for name in (*(each.name for each in parts), kernel):
        if host.busy(f"/dev/{name}"):
            raise HostError(f"{name} on {disk} is in use{by_whom(host, name)}", "end that, or take another disk")
    for each in parts:
        yield Progress(text=f"clearing {each.name} ({each.content or 'nothing known'})")
        host.run("wipefs", "--all", f"/dev/{each.name}")
    settle_udev(host)


def close(host: Host, disk: str, each: Block) -> None:
    """Release one thing that stands on others; HostError that says who has it."""
    with naming_holders(host, each.name):
        match each.kind:
            case "lvm" | "crypt":
                host.run("dmsetup", "remove", each.name)
            case kind if kind.startswith("raid") or kind == "linear":
                host.run("mdadm", "--stop", f"/dev/{each.name}")
            case other:
                raise HostError(f"{each.name} on {disk} is a {other}, which is not taken apart", "remove it by hand")


@contextmanager
def naming_holders(host: Host, name: str) -> Iterator[None]:
    """A command about a device that fails says who has the device."""
    try:
        yield
    except HostError as error:
        who = by_whom(host, kernel_name(host, f"/dev/mapper/{name}"))
        raise HostError(f"{error.fact}; {name} is in use{who}" if who else error.fact,
                        "end that, then apply again" if who else error.hint) from error  # fmt: skip


def by_whom(host: Host, name: str) -> str:
    """Who has a device, by the kernel's name, as the end of a sentence; "" where nobody is seen to."""
    found = list(dict.fromkeys((*layers(host, name), *processes(host, name))))
    return f" by {', '.join(found[:4])}{' and others' if len(found) > 4 else ''}" if found else ""


def layers(host: Host, name: str) -> Iterator[str]:
    """What the kernel has put on it: volumes, arrays."""
    for each in host.names(f"{SYS}/{name}/holders"):
        yield (host.read(f"{SYS}/{each}/dm/name") or each).strip()


def processes(host: Host, name: str) -> Iterator[str]:
    """Who has it open, and who has mounted it where we do not see it: in a mount namespace of their own (proc(5))."""
    number, seen = (host.read(f"{SYS}/{name}/dev") or "").strip(), {host.link("/proc/self/ns/mnt")}
    for pid in filter(str.isdigit, host.names("/proc")):
        who = f"{told_of(host, pid, 'comm').strip()} (process {pid})"
        if any(host.link(f"/proc/{pid}/fd/{fd}") == f"/dev/{name}" for fd in descriptors(host, pid)):
            yield who
        space = host.link(f"/proc/{pid}/ns/mnt")
        if number and space not in seen:
            seen.add(space)
            mounts = (line.split() for line in told_of(host, pid, "mountinfo").splitlines())
            yield from (f"{who}, mounted on {words[4]}" for words in mounts if words[2] == number)


def told_of(host: Host, pid: str, name: str) -> str:
    """What /proc tells of a process, "" once it has ended: a zombie's mounts, for one, cannot be read at all."""
    try:
        return host.read(f"/proc/{pid}/{name}") or ""
    except HostError:
        return ""


def descriptors(host: Host, pid: str) -> list[str]:
    """The files that a process has open, none once it has ended."""
    try:
        return host.names(f"/proc/{pid}/fd")
    except HostError:
        return []


def groups_on(host: Host, tree: Iterable[Block]) -> dict[str, str]:
    """Of each physical volume in a tree its group, and how much of it is in use (pvs(8))."""
    inside = {each.name for each in with_all_upon(tuple(tree)) if each.content == PHYSICAL}
    rows = lvm_rows(host, "pvs", "pv_name,vg_name,pv_size,pv_used") if inside else []
    return {
        name: f"volume group {row['vg_name']}, {amount(int(row['pv_used']))} of {amount(int(row['pv_size']))} in use"
        for row in rows
        if row["vg_name"] and (name := kernel_name(host, row["pv_name"])) in inside
    }
