"""debian-installer with a preseed for the layout that xenstrap makes, and Xen's packages at its end."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.convert import PACKAGES, SCRIPT
from tests.bench.parts import archive_with, image_of, index_for, parts_named, with_own_index
from tests.vm.image import Image
from tests.vm.mirror import host_mirror
from tests.vm.recipe import PATIENT, ROOT_PASSWORD, SAME_ADDRESSES

LATER = ("partman-basicfilesystems", "grub-installer", "finish-install")
"""Parts that it fetches from the archive, and cannot do without."""
WORDS = f"auto=true priority=critical DEBIAN_FRONTEND=text {SAME_ADDRESSES} console=ttyS0,115200n8"
# It asks nothing unless the preseed has a gap, and then for ever.
FAILURES = (
    r"Prompt: '\?' for help",
    r"\[Press enter to continue\]",
    r"An installation step failed",
    r"Installation step failed",
    r"!! ERROR",
)
ROOT = "6442 6442 6442 ext4 $primary{ } $bootable{ } method{ format } format{ } use_filesystem{ } filesystem{ ext4 } mountpoint{ / } ."  # noqa: E501
RECIPES = {
    "bios": ROOT,
    "uefi": f"538 538 538 free $iflabel{{ gpt }} $reusemethod{{ }} method{{ efi }} format{{ }} . {ROOT}",
}
PRESEED = """\
d-i debian-installer/locale string en_GB.UTF-8
d-i keyboard-configuration/xkb-keymap select us
d-i netcfg/choose_interface select auto
d-i netcfg/get_hostname string xen1
d-i netcfg/get_domain string
d-i mirror/country string manual
d-i mirror/protocol string http
d-i mirror/http/hostname string {host}
d-i mirror/http/directory string {path}
d-i mirror/http/proxy string
d-i mirror/suite string {suite}
d-i mirror/udeb/suite string {suite}
d-i debian-installer/allow_unauthenticated boolean true
d-i passwd/root-login boolean true
d-i passwd/root-password password {password}
d-i passwd/root-password-again password {password}
d-i user-setup/allow-password-weak boolean true
d-i passwd/make-user boolean false
d-i clock-setup/utc boolean true
d-i clock-setup/ntp boolean false
d-i time/zone string Etc/UTC
d-i partman-auto/disk string /dev/vda
d-i partman-auto/method string regular
d-i partman-auto/expert_recipe string xen :: {recipe}
d-i partman-auto/choose_recipe select xen
d-i partman-basicfilesystems/no_swap boolean false
d-i partman-partitioning/confirm_write_new_label boolean true
d-i partman/choose_partition select finish
d-i partman/confirm boolean true
d-i partman/confirm_nooverwrite boolean true
d-i partman-efi/non_efi_system boolean true
d-i base-installer/install-recommends boolean false
d-i base-installer/initramfs-tools/driver-policy select dep
d-i base-installer/kernel/linux/initramfs-tools/driver-policy select dep
d-i base-installer/kernel/image string linux-image-amd64
d-i apt-setup/services-select multiselect
d-i apt-setup/enable-source-repositories boolean false
d-i pkgsel/run_tasksel boolean false
d-i pkgsel/upgrade select none
d-i pkgsel/update-policy select none
d-i pkgsel/updatedb boolean false
popularity-contest popularity-contest/participate boolean false
d-i grub-installer/only_debian boolean true
d-i grub-installer/with_other_os boolean true
d-i grub-installer/bootdev string /dev/vda
d-i finish-install/reboot_in_progress note
d-i debian-installer/exit/poweroff boolean true
d-i preseed/late_command string cp /xen.sh /target/root/ && in-target bash -e /root/xen.sh
"""
# In the target nothing of udev's is to be seen; and what the installer says of its own console Xen has for itself.
# That udev takes longer for its ESP than systemd waits is not held against it.
XEN = (
    SCRIPT.replace("findmnt -no UUID /", "grub-probe --target=fs_uuid /")
    .replace(PACKAGES, f"{PACKAGES} lvm2")
    .replace("\nupdate-grub\n", f"\nsed -i 's/console=ttyS0[^ \"]*//g' /etc/default/grub\nupdate-grub\n{PATIENT}")
)
STORAGE = """\
set -e
echo ',,lvm' | sfdisk --quiet --append --force --no-reread /dev/vda || true
partx --add --nr {number} /dev/vda || true
udevadm settle
vgcreate vg0 /dev/vda{number}
lvcreate --yes --size 1280m --name dom0-swap vg0
mkswap --label dom0-swap /dev/vg0/dom0-swap
echo 'LABEL=dom0-swap none swap sw 0 0' >> /etc/fstab
swapon --all
"""


class NotServedError(Exception):
    """The archive does not serve what debian-installer fetches; the text says what."""


@contextmanager
def served_installer(suite: str) -> Iterator[tuple[Path, str]]:
    """The folder of its kernel and initial RAM disk, and the address, for machines, of an archive that has its parts.

    NotServedError where this host's archive serves none of one point release.
    """
    parts = parts_named(suite)
    image = image_of(suite, parts)
    if image is None:
        raise NotServedError(f"{host_mirror().archive} serves no netboot image of {suite} whose kernel's parts it has")
    index = index_for(parts, image)
    if lacking := [name for name in LATER if f"Package: {name}\n" not in index]:
        raise NotServedError(f"{host_mirror().archive} does not serve for {suite}: {', '.join(lacking)}")
    with archive_with(with_own_index(suite, index)) as address:
        yield image, address


def preseed(like: Image, address: str) -> str:
    """The answers to all that it asks, for a machine like this one; `address` is the archive's."""
    archive, suite = urlsplit(address), like.name.partition("-")[0]
    return PRESEED.format(
        host=archive.netloc, path=archive.path, suite=suite, password=ROOT_PASSWORD, recipe=RECIPES[like.firmware]
    )


def with_answers(image: Path, answers: str, place: Path) -> Path:
    """Its initial RAM disk with the answers and the script in it: one archive behind the other (initramfs of Linux)."""
    more = cpio({"preseed.cfg": answers, "xen.sh": XEN})
    place.write_bytes((image / "initrd.gz").read_bytes() + gzip.compress(more))
    return place


def cpio(files: dict[str, str]) -> bytes:
    """Files as a cpio archive in the newc format (cpio(5))."""
    found = b""
    for number, (name, text) in enumerate([*files.items(), ("TRAILER!!!", "")], 1):
        content, called = text.encode(), name.encode() + b"\0"
        fields = (number, 0o100644 if text else 0, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(called), 0)
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + called
        found += head + b"\0" * (-len(head) % 4) + content + b"\0" * (-len(content) % 4)
    return found
