"""What was opened for a new system is closed again, whatever happens: also where its disk fails, or has gone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from installer.errors import HostError, XenstrapError, refused
from installer.host import Host
from installer.ours import read_ours
from installer.plan import Plan
from installer.resources.array import Array
from installer.resources.filesystem import TARGET
from installer.resources.luks import Luks
from installer.resources.lvm import NewVolumeGroup, drop_volumes


@contextmanager
def afterwards(do: Callable[[], None], meanwhile: str) -> Iterator[None]:
    """Whatever happens within, something is done afterwards.

    What fails then is said after what failed before it, and does not take its place.
    """
    failed: XenstrapError | None = None
    try:
        yield
    except XenstrapError as error:
        failed = error
        raise
    finally:
        try:
            with as_error():
                do()
        except XenstrapError as error:
            if failed is None:
                raise
            failed.fact += f"; then, {meanwhile}: {error.fact}"


@contextmanager
def as_error() -> Iterator[None]:
    """What the system refuses, as an error of ours."""
    try:
        yield
    except OSError as error:
        raise refused(error) from error


@contextmanager
def closed_again(host: Host, plan: Plan, group: str = "") -> Iterator[None]:
    """Whatever happens within, afterwards the new system's volumes are closed and nothing of it is mounted."""
    with afterwards(lambda: close(host, plan, group), "while the new system was closed again"):
        yield


def close(host: Host, plan: Plan, group: str = "") -> None:
    """Close the new system's volumes, encryption and arrays, and unmount all of it.

    The system itself knows its volume groups, and `group` is one of them where its disk does not tell any more.
    """
    new, groups = host.rooted(TARGET), {group} - {""}
    if mounted(host, f"{TARGET}/dev"):
        with suppress(HostError):  # its files cannot be read, or its programs not be started
            groups |= groups_of(new)
            activate(new, "n")
    while mounted(host, TARGET):
        host.run("umount", "--recursive", TARGET)
    made = [change.resource for change in plan.changes]
    groups |= {each.name for each in made if isinstance(each, NewVolumeGroup)}
    drop_volumes(host, groups)
    for each in reversed(made):
        if isinstance(each, Array | Luks):
            each.close(host)


def groups_of(new: Host) -> set[str]:
    """The new system's volume groups, as far as they are there yet."""
    ours = read_ours(new)
    return {*ours.groups, *(volume.partition("/")[0] for volume in ours.volumes)}


def activate(new: Host, how: Literal["y", "n"]) -> None:
    """Open or close the new system's volume groups."""
    for group in sorted(groups_of(new)):
        new.query("vgchange", "--activate", how, group)


def mounted(host: Host, name: str) -> bool:
    """Whether something is mounted there."""
    return host.query("findmnt", "--mountpoint", name).status == 0
