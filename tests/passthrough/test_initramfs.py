"""Initial RAM disks: what they really carry, as lsinitramfs and lsinitrd print it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from installer.host import Host
from installer.resources.initramfs import Initramfs
from tests.fake_host import FakeHost

CONF = "etc/modprobe.d/xenstrap-pciback-0123abcd.conf"
WANTED = Initramfs(name="passthrough", files=("xen-pciback.ko", CONF))
MODULE = "kernel/drivers/xen/xen-pciback/xen-pciback.ko"
# As bookworm's and trixie's lsinitramfs and forky's lsinitrd print them.
BOOKWORM = f".\netc\n{CONF}\nusr/lib/modules/6.1.0-1-amd64/{MODULE}\nusr/bin/kmod\n"
TRIXIE = f"./etc\n./{CONF}\nusr/lib/modules/6.12-amd64/{MODULE}.xz\n"
FORKY = (
    "Image: /boot/initrd.img-7.2-amd64: 31M\n"
    "========================================================================\n"
    f"-rw-r--r--   1 root     root          310 Jan  1 00:00 {CONF}\n"
    f"-rw-r--r--   1 root     root        21708 Jan  1 00:00 usr/lib/modules/7.2-amd64/{MODULE}.zst\n"
)


def machine(tmp_path: Path, images: dict[str, str], lister: str = "lsinitramfs") -> FakeHost:
    """A machine with these kernels and what their images carry."""
    host = FakeHost(tmp_path, {f"{lister} /boot/initrd.img-{version}": text for version, text in images.items()})
    host.put(f"/usr/bin/{lister}")
    for version in images:
        host.put(f"/boot/vmlinuz-{version}")
        host.put(f"/boot/initrd.img-{version}")
        host.put(f"/lib/modules/{version}/modules.dep", f"kernel/fs/ext4.ko:\n{MODULE}.xz: kernel/x.ko.xz\n")
    return host


@pytest.mark.parametrize(
    ("lister", "text"), [("lsinitramfs", BOOKWORM), ("lsinitramfs", TRIXIE), ("lsinitrd", FORKY)]
)  # fmt: skip
def test_a_good_image_of_each_release(tmp_path: Path, lister: str, text: str) -> None:
    assert WANTED.observe(machine(tmp_path, {"6": text}, lister)) == WANTED.expected()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        (TRIXIE.replace("0123abcd", "89abcdef"), {"files": ["xen-pciback.ko"]}),
        (TRIXIE.replace("xen-pciback.ko", "not-xen-pciback.ko"), {"files": [CONF]}),
        (TRIXIE.replace("xen-pciback.ko", "xen-pciback.kox"), {"files": [CONF]}),
        (TRIXIE.replace(".conf", ".conf.bak"), {"files": ["xen-pciback.ko"]}),
    ],
)
def test_an_image_that_lacks_something(tmp_path: Path, text: str, found: object) -> None:
    assert WANTED.observe(machine(tmp_path, {"6": text})) == found


def test_every_kernel_counts(tmp_path: Path) -> None:
    assert WANTED.observe(machine(tmp_path, {"6": BOOKWORM, "7": ""})) is None
    assert WANTED.observe(machine(tmp_path, {"6": BOOKWORM, "7": TRIXIE})) == WANTED.expected()


def test_a_kernel_without_an_image(tmp_path: Path) -> None:
    host = machine(tmp_path, {"6": BOOKWORM})
    (host.root / "boot/initrd.img-6").unlink()
    assert WANTED.observe(host) is None


class RealLister(Host):
    """A machine whose images are listed by the real lsinitramfs(8)."""

    def _argv(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        return argv[0], str(self.path(argv[1]))


@pytest.mark.skipif(not shutil.which("lsinitramfs"), reason="initramfs-tools is not installed here")
@pytest.mark.parametrize(("share", "found"), [(1.0, {"files": [CONF]}), (0.6, None), (0.0, None)])
def test_an_image_that_a_power_cut_has_torn_carries_nothing(tmp_path: Path, share: float, found: object) -> None:
    tree = tmp_path / "tree"
    (tree / CONF).parent.mkdir(parents=True)
    (tree / CONF).write_bytes(os.urandom(200_000))
    packed = subprocess.run(
        "find . | cpio --quiet -o -H newc | gzip", shell=True, cwd=tree, capture_output=True, check=True
    )
    host = RealLister(tmp_path / "root")
    for name in ("boot/vmlinuz-6", "lib/modules/6/modules.dep"):
        host.path(name).parent.mkdir(parents=True, exist_ok=True)
        host.path(name).touch()
    host.path("boot/initrd.img-6").write_bytes(packed.stdout[: int(share * len(packed.stdout))])
    assert Initramfs(name="passthrough", files=(CONF,)).observe(host) == found


def test_an_image_that_a_removed_kernel_left_behind_does_not_count(tmp_path: Path) -> None:
    host = machine(tmp_path, {"6": BOOKWORM})
    host.put("/boot/initrd.img-5")
    host.put("/boot/initrd.img-6.old-dkms")
    assert WANTED.observe(host) == WANTED.expected()


# A cloud kernel has no xen-pciback, and is no dom0 kernel either.
def test_a_kernel_that_does_not_have_the_module_does_not_count(tmp_path: Path) -> None:
    host = machine(tmp_path, {"6": BOOKWORM, "6-cloud": ""})
    host.put("/lib/modules/6-cloud/modules.dep", "kernel/fs/ext4.ko:\n")
    assert WANTED.observe(host) == WANTED.expected()


def test_no_kernel_at_all(tmp_path: Path) -> None:
    assert WANTED.observe(FakeHost(tmp_path)) is None
