"""The boot menu: what /boot/grub/grub.cfg really carries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from installer.errors import HostError
from installer.host import Host
from installer.model import Model
from installer.resources.base import Progress, Resource, Said, State, Value, shown

GRUB_CFG = "/boot/grub/grub.cfg"
XEN_ENTRY = "xen-gnulinux-simple-"
LINUX_ENTRY = "gnulinux-simple-"
PLACES = {
    "xen": "Xen's options",
    "xen_linux": "options of Linux under Xen",
    "linux": "options of plain Linux",
    "terminal": "GRUB's terminal",
    "default": "starts by itself",
}
REMEDY = "look at /etc/default/grub and the files in /etc/default/grub.d that sort after ours: one of them wins"


class Entry(Model):
    """A menu entry: the words that its hypervisor and its kernel are started with."""

    id: str
    title: str
    hypervisor: str = ""
    xen: tuple[str, ...] = ()
    linux: tuple[str, ...] = ()


class BootMenu(Resource):
    """Some facts of the generated boot menu, under a `name` that says whose they are.

    `xen` and `xen_linux` are words that the Xen entry's hypervisor and kernel lines must carry, `linux` words of
    the plain entry's kernel line, `terminal` whole lines, `default` the id of the entry that starts by itself.
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
    default: str = ""
    gone: dict[str, tuple[str, ...]] = {}

    @property
    def title(self) -> str:
        return f"boot menu ({self.name})"

    @property
    def words(self) -> dict[str, tuple[str, ...]]:
        """The wanted words by their place."""
        return {"xen": self.xen, "xen_linux": self.xen_linux, "linux": self.linux, "terminal": self.terminal}

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
        there = {"xen": xen.xen, "xen_linux": xen.linux, "linux": linux.linux, "terminal": text.splitlines()}
        state: dict[str, Value] = {}
        for key, wanted in self.words.items():
            if words := [word for word in (*wanted, *self.gone.get(key, ())) if word in there[key]]:
                state[key] = list(words)
        return state | ({"default": default_entry(text, entries)} if self.default else {}) or None

    def settle(self, host: Host, state: State) -> Iterable[Said]:
        return self.settle_all(host, [(self, state)])

    def describe(self, state: State) -> list[str]:
        return [f"{PLACES[key]}: {shown(value)}" for key, value in (state or {}).items()]

    @classmethod
    def settle_all(cls, host: Host, changes: Sequence[tuple[Self, State]]) -> Iterator[Said]:
        """Generate the menu once for all; the old one stands until the new one is whole and parses."""
        yield Progress(text="writing the boot menu (update-grub)")
        host.run("update-grub")
        if host.query("grub-script-check", str(host.path(GRUB_CFG))).status:
            raise HostError(f"{GRUB_CFG} has a syntax error", REMEDY)


def menu_entries(text: str) -> list[Entry]:
    """The entries of a grub.cfg, those in submenus too, in their order."""
    entries: list[Entry] = []
    for block in re.split(r"^\s*(?=menuentry\s)", text, flags=re.MULTILINE)[1:]:
        head = re.match(r"menuentry\s+'((?:[^']|'\\'')*)'.*?(?:\$menuentry_id_option\s+'([^']*)')?\s*\{", block)
        if not head:
            continue
        body = block[head.end() :].split("\n}", 1)[0]
        xen = re.search(r"^\s*multiboot2?\s+(\S+)\s*(.*)$", body, re.MULTILINE)
        linux = re.search(r"^\s*(?:module2?|linux)\s+(?:--nounzip\s+)?\S*vmlinu\S+\s*(.*)$", body, re.MULTILINE)
        entries.append(
            Entry(
                id=head[2] or "",
                title=head[1],
                hypervisor=xen[1] if xen else "",
                xen=tuple(xen[2].split()) if xen else (),
                linux=tuple(linux[1].split()) if linux else (),
            )
        )
    return entries


def default_entry(text: str, entries: Sequence[Entry]) -> str:
    """Id of the entry that starts by itself; `set default` names it by id, by title or by its number at the top."""
    chosen = re.findall(r'^\s*set default="([^"$]*)"', text, re.MULTILINE)
    default = chosen[-1] if chosen else "0"
    if default.isdigit():
        titles = re.findall(r"^(?:menuentry|submenu)\s+'((?:[^']|'\\'')*)'", text, re.MULTILINE)
        default = titles[int(default)] if int(default) < len(titles) else default
    for entry in entries:
        if default in (entry.id, entry.title):
            # GRUB cannot start Xen's .efi image by multiboot2, though 20_linux_xen makes entries of it
            return f"{entry.id} with {entry.hypervisor}" if entry.hypervisor.endswith(".efi") else entry.id
    return default
