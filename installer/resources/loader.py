"""What a new Debian starts with: the initial RAM disks of its kernels, and GRUB."""

import re
from collections.abc import Iterator

from installer.errors import HostError
from installer.host import Host
from installer.resources.base import Progress, Said, State
from installer.resources.disk import BY_ID
from installer.resources.filesystem import PartOfNewSystem
from installer.resources.firmware import give_entry

REMOVABLE = "grub-efi-amd64 grub2/force_efi_extra_removable boolean true\n"
WITHOUT_NVRAM = "grub-efi-amd64 grub2/update_nvram boolean false\n"
LOADER = "EFI/debian/grubx64.efi"


class NewImages(PartOfNewSystem):
    """The initial RAM disk of every kernel of the Debian in the directory `name`, made by `maker`.

    In a chroot dracut would look at the system that runs: it is told the kernel, and to be for any host.
    """

    kind = "new-images"
    maker: str
    remedy = "a full disk is the usual reason; /var/lib/xenstrap/log has every word of it"

    @property
    def title(self) -> str:
        return f"initial RAM disks in {self.name}"

    def expected(self) -> State:
        return {"kernels without one": "none"}

    def observe(self, host: Host) -> State:
        without = self.without(host)
        return None if without is None else {"kernels without one": " ".join(without) or "none"}

    def without(self, host: Host) -> list[str] | None:
        """The kernels that have no image; None where there is no kernel."""
        there = host.names(f"{self.name}/boot")
        kernels = [name.removeprefix("vmlinuz-") for name in there if name.startswith("vmlinuz-")]
        return [each for each in kernels if f"initrd.img-{each}" not in there] if kernels else None

    def settle(self, host: Host, state: State) -> Iterator[Said]:
        new = host.rooted(self.name)
        for version in self.without(host) or ():
            yield Progress(text=f"building the initial RAM disk of {version}; this takes a minute or more")
            if self.maker == "dracut":
                new.run("dracut", "--no-hostonly", "--kver", version, f"/boot/initrd.img-{version}")
            else:
                new.run("update-initramfs", "-c", "-k", version)
            host.run("sync", "--file-system", self.name)


class Loader(PartOfNewSystem):
    """GRUB of the Debian in `folder`, on the disk `name` for BIOS, or on its ESP for UEFI, and its first menu.

    `mirrors` are further disks that start the machine as well.

    GRUB names a root by its UUID only where udev has linked it: else the menu would hold for this boot's disks alone.
    """

    kind = "loader"
    mirrors: tuple[str, ...] = ()
    folder: str
    firmware: str
    root: str
    remedy = "`ls -l /dev/disk/by-uuid` has to show the new root (udevadm settle); then apply again"

    @property
    def title(self) -> str:
        return f"GRUB on {' and '.join(self.disks)}"

    @property
    def disks(self) -> tuple[str, ...]:
        """Every disk that starts the machine."""
        return self.name, *self.mirrors

    def expected(self) -> State:
        return {"firmware": self.firmware, "starts": f"root=UUID={self.root}"}

    def observe(self, host: Host) -> State:
        if self.firmware == "uefi":
            esp = f"{self.folder}/boot/efi/EFI"
            there = all(host.exists(f"{esp}/{name}") for name in (LOADER.removeprefix("EFI/"), "BOOT/BOOTX64.EFI"))
        else:
            there = all(b"GRUB" in (host.read_at(f"{BY_ID}/{disk}", 0, 440) or b"") for disk in self.disks)
        menu = host.read(f"{self.folder}/boot/grub/grub.cfg") or ""
        roots = sorted(set(re.findall(r"^\s*(?:linux|module2?)\s.*?\s(root=\S+)", menu, re.MULTILINE)))
        return {"firmware": self.firmware, "starts": " ".join(roots)} if there else None

    def settle(self, host: Host, state: State) -> Iterator[Said]:
        new = host.rooted(self.folder)
        yield Progress(text=f"installing {self.title}")
        # GRUB's packages install it anew at each upgrade: there as well.
        new.giving(self.selected()).run("debconf-set-selections")
        if self.firmware == "uefi":
            yield from self.onto_esp(new)
        else:
            for disk in self.disks:
                new.run("grub-install", "--target=i386-pc", f"{BY_ID}/{disk}")
        # The menu, by which it is seen to be there, comes last.
        host.run("sync", "--file-system", self.folder)
        new.run("update-grub")

    def selected(self) -> str:
        """The answers to GRUB's packages' own questions; grub-install knows no boot entry for an array's members."""
        if self.firmware == "uefi":
            return REMOVABLE + (WITHOUT_NVRAM if self.mirrors else "")
        disks = ", ".join(f"{BY_ID}/{disk}" for disk in self.disks)
        return f"grub-pc grub-pc/install_devices multiselect {disks}\n"

    def onto_esp(self, new: Host) -> Iterator[Said]:
        """Put GRUB on the ESP under its own name and under the removable one, and in the firmware's list as well."""
        words = (
            "--target=x86_64-efi",
            "--efi-directory=/boot/efi",
            "--bootloader-id=debian",
            "--force-extra-removable",
        )
        if self.mirrors:
            new.run("grub-install", *words, "--no-nvram")
            yield from self.entries(new)
            return
        try:
            new.run("grub-install", *words)
        except HostError as error:
            yield Progress(text=f"the firmware takes no boot entry ({error.fact}): the removable path will do")
            new.run("grub-install", *words, "--no-nvram")

    def entries(self, new: Host) -> Iterator[Said]:
        """Put each disk into the firmware's list; grub-install knows no entry for an array's members."""
        for number, disk in enumerate(self.disks, 1):
            try:
                give_entry(new, f"debian on disk {number}", disk, self.disks, f"/{LOADER}")
            except HostError as error:
                yield Progress(text=f"the firmware takes no boot entry for {disk} ({error.fact}): its removable path"
                               " will do")  # fmt: skip
