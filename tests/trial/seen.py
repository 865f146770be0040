"""What a trial leaves to be seen: in GRUB's menu and its environment, and by who logs in."""

from tests.cli.conftest import Desk
from tests.machines import UUID

ENTRY = f"xen-gnulinux-simple-{UUID}"
UNIT = "etc/systemd/system/xenstrap-trial.service"


def default(desk: Desk) -> str:
    """The lasting default in the menu."""
    return (desk.root / "boot/grub/grub.cfg").read_text().rpartition('set default="')[2].partition('"')[0]


def armed(desk: Desk) -> bool:
    """Whether GRUB will start Xen once."""
    return f"next_entry={ENTRY}\n" in (desk.root / "boot/grub/grubenv").read_text()


def nothing_to_do(desk: Desk) -> bool:
    """Whether plan, apply and status all find everything as it should be."""
    before, answers = desk.host.tree(), str(desk.folder / "answers.toml")
    assert desk("plan", answers, "--json") == 0
    pending = desk.events()[-1]["pending"]
    assert desk("apply", answers, "--yes") == 0
    assert desk("status", "--json") in (0, 6)
    return bool(pending == 0 and desk.host.tree() == before and not desk.events()[0]["pending"])


def motd(desk: Desk) -> str:
    """What a login says."""
    path = desk.folder / "state/motd"
    return path.read_text() if path.exists() else ""


def crash(desk: Desk) -> None:
    """Xen starts, dies without a word, and GRUB starts its default."""
    assert desk.reboot()
    assert not desk.reboot()
    assert desk("trial", "--at-boot") == 0
