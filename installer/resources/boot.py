"""The boot menu: what /boot/grub/grub.cfg really carries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import zip_longest
from typing import Self

from installer.errors import HostError
from installer.host import Host
from installer.model import Model
from installer.resources.base import Progress, Resource, Said, State, Value, shown

GRUB_CFG = "/boot/grub/grub.cfg"
XEN_ENTRY = "xen-gnulinux-simple-"
LINUX_ENTRY = "gnulinux-simple-"
GRUBENV = "/boot/grub/grubenv"
PLAIN = "plain Linux"
PLACES = {
    "xen": "Xen's options",
    "xen_linux": "options of Linux under Xen",
    "linux": "options of plain Linux",
    "terminal": "GRUB's terminal",
    "lines": "further lines",
    "default": "starts by itself",
}
REMEDY = "look at /etc/default/grub and the files in /etc/default/grub.d that sort after ours: one of them wins"


HEAD = re.compile(r"""^([ \t]*)(menuentry|submenu)\s+(?:'((?:[^']|'\\'')*)'|"([^"]*)")(.*)\{[ \t]*$""", re.MULTILINE)


class Entry(Model):
    """A menu entry: the words that its hypervisor and its kernel are started with; at `depth` 0 stands the top."""

    id: str
    title: str
    depth: int = 0
    submenu: bool = False
    hypervisor: str = ""
    xen: tuple[str, ...] = ()
    linux: tuple[str, ...] = ()


class BootMenu(Resource):
    """Some facts of the generated boot menu, under a `name` that says whose they are.

    `xen` and `xen_linux` are words that the Xen entry's hypervisor and kernel lines must carry, `linux` words of
    the plain entry's kernel line, `terminal` and `lines` whole lines, `default` the id of the Xen entry that
    starts by itself, or PLAIN for any without Xen.
    `gone` holds words that an earlier run wanted: seeing one of them means that the menu is out of date.
    """

    kind = "menu"
    derived = True
    batch = True
    remedy = REMEDY
    xen: tuple[str, ...] = ()
    xen_linux: tuple[str, ...] = ()
    linux: tuple[str, ...] = ()
    terminal: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    default: str = ""
    gone: dict[str, tuple[str, ...]] = {}

    @property
    def title(self) -> str:
        return f"boot menu ({self.name})"

    @property
    def words(self) -> dict[str, tuple[str, ...]]:
        """The wanted words by their place."""
        return {key: getattr(self, key) for key in PLACES if key != "default"}

    def since(self, former: Resource | None) -> Self:
        if not isinstance(former, BootMenu):
            return self
        before = {key: {*former.words[key], *former.gone.get(key, ())} for key in self.words}
        gone = {key: tuple(sorted(before[key] - {*wanted})) for key, wanted in self.words.items()}
        return self.model_copy(update={"gone": {key: words for key, words in gone.items() if words}})

    def expected(self) -> State:
        state: dict[str, Value] = {key: list(wanted) for key, wanted in self.words.items() if wanted}
        return state | ({"default": self.default} if self.default else {})

    def observe(self, host: Host) -> State:
        text = host.read(GRUB_CFG)
        if text is None:
            return None
        entries = menu_entries(text)
        xen = next((entry for entry in entries if entry.id.startswith(XEN_ENTRY)), Entry(id="", title=""))
        linux = next((entry for entry in entries if entry.id.startswith(LINUX_ENTRY)), Entry(id="", title=""))
        lines = text.splitlines()
        there = {"xen": xen.xen, "xen_linux": xen.linux, "linux": linux.linux, "terminal": lines, "lines": lines}
        state: dict[str, Value] = {}
        for key, wanted in self.words.items():
            if words := [word for word in (*wanted, *self.gone.get(key, ())) if word in there[key]]:
                state[key] = list(words)
        return state | ({"default": default_entry(text, host.read(GRUBENV) or "")} if self.default else {}) or None

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        return self.settle_all(host, [(self, state)])

    def describe(self, state: State) -> list[str]:
        return [f"{PLACES[key]}: {shown(value)}" for key, value in (state or {}).items()]

    @classmethod
    def settle_all(cls, host: Host, changes: Sequence[tuple[Self, State]]) -> Iterator[Said]:
        """Generate the menu once for all; the old one stands until the new one is whole, parses and is on the disk.

        What update-grub(8) would do is to empty the old one and to copy the new one into it.
        """
        yield Progress(text="writing the boot menu (grub-mkconfig)")
        with replacing(host, GRUB_CFG) as new:
            host.run("grub-mkconfig", "-o", new)
            if host.query("grub-script-check", new).status:
                raise HostError("the new boot menu has a syntax error; the old one stays", REMEDY)


@contextmanager
def replacing(host: Host, name: str) -> Iterator[str]:
    """A file to be made beside one of GRUB's, and then put in its place; what is not finished goes again."""
    new = f"{name}.xenstrap"
    try:
        yield new
        host.replace(name, new)
    except HostError:
        with suppress(HostError):  # what failed first is what counts
            for each in filter(host.exists, (new, f"{new}.new")):
                host.remove(each)
        raise


def menu_items(text: str) -> list[Entry]:
    """The entries and submenus of a grub.cfg in their order; Debian's scripts indent by a tab per submenu."""
    heads = list(HEAD.finditer(text))
    items: list[Entry] = []
    for head, following in zip_longest(heads, heads[1:]):
        body = text[head.end() : following.start() if following else None].split("\n}", 1)[0]
        id = re.search(r"\$menuentry_id_option\s+'([^']*)'", head[5])
        xen = re.search(r"^\s*multiboot2?\s+(\S+)\s*(.*)$", body, re.MULTILINE)
        linux = re.search(r"^\s*(?:module2?|linux)\s+(?:--nounzip\s+)?\S*vmlinu\S+\s*(.*)$", body, re.MULTILINE)
        items.append(
            Entry(
                id=id[1] if id else "",
                title=head[3] or head[4] or "",
                depth=len(head[1].expandtabs(8)) // 8,
                submenu=head[2] == "submenu",
                hypervisor=xen[1] if xen else "",
                xen=tuple(xen[2].split()) if xen else (),
                linux=tuple(linux[1].split()) if linux else (),
            )
        )
    return items


def menu_entries(text: str) -> list[Entry]:
    """The entries of a grub.cfg, those in submenus too, in their order."""
    return [item for item in menu_items(text) if not item.submenu]


def default_entry(text: str, environment: str) -> str:
    """Id of the Xen entry that starts by itself, PLAIN where that is one without Xen.

    `set default` names it by id, title or number, through submenus with ">"; what GRUB does not find is its first one.
    """
    chosen = re.findall(r'^\s*set default="([^"]*)"', text, re.MULTILINE)
    named = chosen[-1] if chosen else "0"
    if named == "${saved_entry}":
        found = re.search(r"^saved_entry=(.*)$", environment, re.MULTILINE)
        named = found[1] if found else "0"
    level = menu_items(text)
    for part in [*re.split(r"(?<!>)>(?!>)", named), "0"]:
        tops = [number for number, item in enumerate(level) if item.depth == level[0].depth]
        if not tops:
            return PLAIN
        wanted = part.replace(">>", ">")
        names = [number for number in tops if wanted in (level[number].id, level[number].title)]
        if wanted.isdigit() and int(wanted) < len(tops):
            names = [tops[int(wanted)]]
        number = names[0] if names else tops[0]
        if not level[number].submenu:
            return bootable(level[number])
        after = next((top for top in tops if top > number), len(level))
        level = level[number + 1 : after]
    return PLAIN


def bootable(entry: Entry) -> str:
    """What starts with an entry; GRUB cannot start Xen's .efi image, though 20_linux_xen makes entries of it."""
    if not entry.hypervisor:
        return PLAIN
    return f"{entry.id} with {entry.hypervisor}" if entry.hypervisor.endswith(".efi") else entry.id
