"""The speed of a line that Xen has."""

from pathlib import Path

import pytest

from installer import uart
from installer.tty import speed_through_xen


@pytest.mark.parametrize(
    ("tty", "text", "speed"),
    [
        ("/dev/hvc0", 'GRUB_CMDLINE_XEN="com2=9600,8n1,0x2f8,3 console=com2,vga"\n', 9600),
        ("/dev/hvc0", "", None),
        ("/dev/hvc0", None, None),
        ("/dev/ttyS0", 'GRUB_CMDLINE_XEN="com1=9600,8n1,0x3f8,4 console=com1,vga"\n', None),
    ],
)
def test_the_speed_of_a_line_through_xen_is_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tty: str, text: str | None, speed: int | None
) -> None:
    drop_in = tmp_path / "50-xenstrap-serial.cfg"
    if text is not None:
        drop_in.write_text(text)
    monkeypatch.setattr(uart, "SERIAL_DROP_IN", str(drop_in))
    assert speed_through_xen(tty) == speed
