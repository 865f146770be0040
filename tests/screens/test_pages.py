"""What one sees of a page while one types: the field, what is said about it, and no more than is needed."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from installer.answers import Answers
from installer.facts import Facts, Firmware, Iommu
from installer.host import Host
from installer.machine import Machine
from screens.app import Wizard
from screens.looks import GLYPHS
from screens.page import Room
from screens.progress import ProgressScreen
from screens.storage import layout
from screens.times import ago
from screens.ways import unable
from tests.captured.test_captured import facts
from tests.debian import LookOnlyDebian
from tests.machines import answers, machine
from tests.network.test_findings import NIC, SPARE, network
from tests.screens.case import pci
from tests.screens.seat import Hands, Seat, Size
from tests.storage.machines import MACHINES

VG0 = facts("bookworm-vg0-native")


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=str)
def test_what_is_said_of_a_field_comes_into_sight_below_the_pages_sentence(seat: Seat, size: Size) -> None:
    seat.facts = VG0

    async def go(hands: Hands) -> None:
        await hands.to("Storage")
        await hands.press("right", "right", "right", "tab")
        for text in ("Where guests keep their disks.", "On the disk", "ERROR: Which disk is not said."):
            assert text in hands.words
        assert "( ) vdc 64 MiB xenstrap-bystander" in hands.screen
        await hands.press("shift+tab", "left", "left", "left")
        assert "On the disk" not in hands.screen
        await hands.press("down", "right", "right")
        await hands.see("ERROR: Nothing stands here yet.", '-> allowed: "auto", "none"')

    seat.sit(go, size=size)


def test_arrows_go_from_field_to_field_on_a_page_that_scrolls_and_through_a_column_of_options(seat: Seat) -> None:
    seat.facts = VG0

    async def go(hands: Hands) -> None:
        await hands.to("Storage")
        await hands.press("down")
        assert "› Swap of dom0" in hands.screen
        await hands.press("up", "right", "right", "right", "down", "down", "down")
        assert "(•) vdb 12 GiB xenstrap-data" in hands.screen
        await hands.press("down", "down")
        assert "› Swap of dom0" in hands.screen

    seat.sit(go)


def test_the_disks_are_shown_with_all_that_lies_on_them(seat: Seat) -> None:
    seat.facts = VG0

    async def go(hands: Hands) -> None:
        await hands.to("Storage")
        await hands.press("f5")
        for text in (
            "partition 2: 6 GiB, ext4, in use: /",
            "free: 2.0 GiB",
            "virtio-xenstrap-data",
            "lvm vg0-old: 64 MiB",
        ):
            await hands.see(text)
        await hands.press("escape")
        await hands.pilot.resize_terminal(120, 40)
        await hands.see("partition 2: 6 GiB, ext4, in use: /")

    seat.sit(go)


def test_a_volume_group_is_drawn_with_what_is_free_in_it() -> None:
    drawn = "\n".join(layout(Answers(), VG0, GLYPHS["rich"], Room(42)))
    assert drawn.startswith(
        "vdb, 12 GiB, serial xenstrap-data: volume group vg0, 64 MiB of 12.0 GiB in use\n"
        f"[█{'░' * 39}]\n"
        "after: volume group vg0 as it is, its free 11.9 GiB for guests\n"
        f"[█{'▓' * 39}]\n"
        "vda, 8 GiB, serial xenstrap-root: this system\n"
    )
    guided = MACHINES["debian-guided-lvm"]
    drawn = "\n".join(layout(answers(storage={"group": "host-vg"}), guided, GLYPHS["rich"], Room(42)))
    assert "sda, 447.0 GiB, SSD, serial S1: this system, volume group host-vg" in drawn


def test_the_card_with_the_way_out_comes_first_and_that_of_this_session_is_named(seat: Seat) -> None:
    nics = (SPARE, NIC.model_copy(update={"speed": 10000}))
    seat.facts = machine(network=network(nics=nics, uplink="enp1s0", ssh_from="192.0.2.9", ssh_over="enp2s0"))

    async def go(hands: Hands) -> None:
        await hands.to("Network")
        first, second = (
            hands.words.index("enp1s0 cable connected, 10 Gbit/s, igb"),
            hands.words.index("enp2s0 NO CABLE"),
        )
        assert first < second < hands.words.index("your ssh from 192.0.2.9")

    seat.sit(go)


def test_a_long_list_of_devices_keeps_its_cursor_in_sight(seat: Seat) -> None:
    devices = [pci(f"0000:{number:02x}:00.0") for number in range(1, 41)]
    seat.facts = machine(pci=devices, iommu=Iommu(table="DMAR", active=True))

    async def go(hands: Hands) -> None:
        await hands.to("Guests")
        await hands.press("tab", "tab", *["down"] * 35, "space")
        assert "›[x] 24:00.0 network interface" in hands.screen

    seat.sit(go, size=(60, 20))
    assert seat.app.known.answers.passthrough.devices == ("0000:24:00.0",)


def test_without_an_iommu_nobody_is_asked_for_devices(seat: Seat) -> None:
    seat.facts = machine(pci=[pci("0000:01:00.0")], iommu=Iommu(table=None, active=False))

    async def go(hands: Hands) -> None:
        await hands.to("Guests")
        assert "Devices for guests" not in hands.screen

    seat.sit(go)


def test_what_forbids_it_stands_first_and_arrows_scroll_to_the_rest(seat: Seat) -> None:
    seat.facts = machine(firmware=Firmware(kind="uefi", secure_boot=True), under="kvm")

    async def go(hands: Hands) -> None:
        await hands.see("ERROR: UEFI Secure Boot is on")
        assert hands.words.index("ERROR: UEFI") < hands.words.index("Makes this machine")
        assert "itself a guest of kvm" not in hands.words
        await hands.press(*["down"] * 12)
        assert "itself a guest of kvm" in hands.words

    seat.sit(go)


def test_what_a_slow_machine_is_waited_for_is_named_and_one_may_leave_meanwhile(seat: Seat) -> None:
    slow = threading.Event()

    class Slow(LookOnlyDebian):
        waits_for = "/dev/sdz"

    def look(host: Host) -> Facts:
        assert slow.wait(60)
        return seat.facts

    seat.machine = lambda: Machine(seat.state, Slow(seat.root), look)  # type: ignore[method-assign]

    async def go(hands: Hands) -> None:
        await hands.see("Looking at this machine ... waiting for: /dev/sdz")
        await hands.press("f10")
        await hands.see("Nothing has been changed on this machine.")
        await hands.press("escape")
        slow.set()
        await hands.see("> 1 Start <")

    asyncio.run(sit_unlooked(seat, go))


async def sit_unlooked(seat: Seat, go: Callable[[Hands], Awaitable[None]]) -> None:
    """The wizard before it knows anything."""
    app = Wizard(seat.machine())
    async with app.run_test(size=(80, 24)) as pilot:
        await go(Hands(app, pilot))


def test_who_can_change_nothing_is_told_why_before_and_after(seat: Seat) -> None:
    elsewhere = Machine(seat.state, seat.look_only().look_only, lambda host: seat.facts, here=False)
    assert "of another machine: apply the answers there" in unable(elsewhere)

    async def go(hands: Hands) -> None:
        await hands.see("To apply them, start xenstrap with sudo.")
        await hands.to("Review")
        await hands.see("To apply them, start xenstrap with sudo.")

    seat.sit(go, only_look=True)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1, "just now"), (90, "90 minutes ago"), (300, "5 hours ago"), (13 * 60, "yesterday"), (60 * 60, "3 days ago")],
)
def test_how_long_ago_goes_by_the_calendar(minutes: int, said: str) -> None:
    now = datetime(2026, 11, 28, 9, 0, tzinfo=timezone(timedelta(hours=1)))
    past = (now - timedelta(minutes=minutes)).astimezone(UTC)
    assert ago(past.strftime("%Y-%m-%dT%H:%M:%SZ"), now) == said


def test_the_log_goes_along_and_the_end_is_read_first(seat: Seat) -> None:
    (seat.root / "etc/systemd/system").mkdir(parents=True)
    (seat.root / "etc/systemd/system/xendomains.service.d").write_text("in the way")

    async def go(hands: Hands) -> None:
        await hands.to("Review")
        await hands.see("[ 4 Apply ]")
        await hands.press("4")
        await hands.see("Not yet")
        await hands.press("2")
        await hands.see("It stopped at")
        screen = hands.app.screen
        assert isinstance(screen, ProgressScreen)
        await hands.press("5")
        for _ in range(30):
            screen.course.log.append("one more line")
        screen.course.log.append("and the last")
        screen.say_log()
        await hands.see("and the last")
        await hands.press("pageup", "pageup", "pageup", "pageup")
        assert "and the last" not in hands.screen
        screen.course.log.append("nobody looks")
        screen.say_log()
        await hands.see("It stopped at")
        await hands.press("pagedown", "5")
        await hands.see("are done and stay; nothing after them was touched.")

    seat.sit(go)


def test_a_digit_presses_the_button_that_shows_it_also_from_a_field_with_options(seat: Seat) -> None:
    seat.facts = VG0

    async def go(hands: Hands) -> None:
        await hands.to("Storage")
        assert "Arrows choose" in hands.screen
        await hands.press("3")
        await hands.see("partition 2: 6 GiB, ext4, in use: /")
        await hands.press("escape")
        assert "(•) auto" in hands.screen
        await hands.to("Xen and boot menu")
        assert "Space ticks" in hands.screen
        await hands.press("1")
        assert hands.title() == "Serial console"

    seat.sit(go)
