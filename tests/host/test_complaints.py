"""What is made of what commands complain of."""

import pytest

from installer.resources.complaints import BOOT_ROOM, ROOM, room


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("cp: error writing '/boot/grub/grubenv.xenstrap': No space left on device", BOOT_ROOM),
        ("data for './boot/xen' to '/boot/xen.dpkg-new': failed to write (No space left on device)", BOOT_ROOM),
        ("zstd: No space left on device\nupdate-initramfs: failed for /boot/initrd.img-6.1 with 1.", BOOT_ROOM),
        ("cp: '/var/tmp/mk/x': No space left on device\nE: failed for /boot/initrd.img-6.1", ROOM),
        ("cat: write error: No space left on device\ngrub-mkconfig -o /boot/grub/grub.cfg.xenstrap failed", BOOT_ROOM),
        ("update-initramfs: failed for /boot/initrd.img-6.1 with 1.", ""),
    ],
)
def test_where_there_is_no_room_is_told_by_what_was_written(said: str, remedy: str) -> None:
    assert room(said) == remedy
