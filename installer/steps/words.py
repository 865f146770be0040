"""Words of ours in other programs' files: options of the hypervisor or of dom0's kernel, and paths in units."""

import re
from collections.abc import Iterator, Sequence

from installer.resources.base import Resource
from installer.resources.boot import BootMenu
from installer.resources.files import File
from installer.templates import render

PLAIN_PATH = re.compile(r"/[A-Za-z0-9_./+@~-]+")


def is_plain_path(path: str) -> bool:
    """Whether a unit of systemd can name this path as it stands."""
    return PLAIN_PATH.fullmatch(path) is not None


def xen_words(step: str, words: Sequence[str], because: str = "") -> Iterator[Resource]:
    """Options of the hypervisor."""
    name = f"/etc/default/grub.d/50-xenstrap-{step}.cfg"
    yield File(name=name, text=render("grub/xen-words.cfg", step=step, words=words), because=because)
    yield BootMenu(name=step, xen=tuple(words))


def linux_words(step: str, words: Sequence[str], because: str = "") -> Iterator[Resource]:
    """Options of dom0's kernel, in the Xen entries alone."""
    name = f"/etc/default/grub.d/55-xenstrap-{step}-linux.cfg"
    yield File(name=name, text=render("grub/linux-words.cfg", step=step, words=words), because=because)
    yield BootMenu(name=f"{step}, dom0's kernel", xen_linux=tuple(words))


def names(option: str, *words: str) -> list[str]:
    """What the words of a command line say of an option: "" where it stands alone."""
    return [word.partition("=")[2] for word in words if word.partition("=")[0] == option]


def is_set(option: str, *words: str) -> bool:
    """Whether they switch an option of the hypervisor on, which the last word about it decides."""
    return [value not in ("no", "off", "false", "disable", "0") for value in names(option, *words)][-1:] == [True]
