"""Many machines, on each of them every page with answers as somebody would type them: the file and the plan of it."""

from pathlib import Path

import pytest

from installer.answer_file import parse_answers
from installer.answers import Answers
from installer.facts import Facts, Firmware
from installer.host import NoHost
from installer.newroot import draw
from screens.review import ReviewScreen
from tests.blank.machines import BLANK
from tests.captured.test_captured import facts as captured
from tests.machines import answers, machine
from tests.network.test_findings import network
from tests.screens.seat import Hands, Seat
from tests.serial.ports import MACHINES as SERIAL
from tests.storage.machines import MACHINES as STORAGE

HASHES = {"root_password", "passphrase"}
"""What is typed twice, and comes out otherwise each time."""

Keys = dict[str, str]
"""What is typed on a page, by its title: names of keys, numbers of options, and after an equals sign a text."""

TYPED: dict[str, tuple[Facts, Keys, Answers]] = {
    "bookworm, BIOS": (captured("bookworm-bios-ifupdown-native"), {}, Answers()),
    "bookworm, BIOS, dom0": (captured("bookworm-bios-ifupdown-dom0"), {"Memory and CPUs": "=2G"},
                             answers(memory={"dom0": "2G"})),
    "bookworm with vg0": (captured("bookworm-vg0-native"), {"Storage": "2 tab 2", "Guests": "2"},
                          answers(storage={"where": "volume-group", "swap": "none"},
                                  guests={"on_host_reboot": "shutdown"})),
    "bookworm with vg0, dom0": (captured("bookworm-vg0-dom0"), {"Network": "3"}, answers(bridge={"enabled": False})),
    "trixie, UEFI": (captured("trixie-uefi-networkd-native"),
                     {"Storage": "5", "Memory and CPUs": "=1536M tab =1", "Guests": "tab =mail tab space"},
                     answers(storage={"where": "directory"}, memory={"dom0": "1536M"}, cpus={"dom0": 1},
                             guests={"autostart": ["mail"]}, passthrough={"devices": ["0000:00:04.0"]})),
    "trixie, UEFI, dom0": (captured("trixie-uefi-networkd-dom0"), {"Xen and boot menu": "tab space tab space"},
                           answers(boot={"trial": False}, packages={"hvm": False})),
    "NVMe": (STORAGE["nvme"], {"Storage": "3 tab 2 tab 3 tab =1G"},
             answers(storage={"where": "free-space", "disk": ["nvme-QEMU_NVMe_Ctrl_N1"], "swap": "1G"})),
    "a blank second disk": (STORAGE["sata-full-blank-second"], {"Storage": "4 tab 3"},
                            answers(storage={"where": "disk", "disk": ["ata-HDD_H1"]})),
    "Debian's guided LVM": (STORAGE["debian-guided-lvm"], {"Storage": "1"}, Answers()),
    "Windows beside it": (STORAGE["windows"], {"Storage": "6"}, answers(storage={"where": "none"})),
    "sixty disks": (STORAGE["sixty-disks"], {"Storage": "4 tab down down down up"},
                    answers(storage={"where": "disk", "disk": [STORAGE["sixty-disks"].disks[1].id]})),
    "a fixed address": (machine(network=network()), {"Network": "tab tab 4 tab =192.0.2.10/24 tab =192.0.2.1"},
                        answers(bridge={"ipv4": "192.0.2.10/24", "gateway4": "192.0.2.1"})),
    "its console on com2": (SERIAL["firmware-com2-grub-com1"][0], {"Serial console": "4 tab 4 tab space"},
                            answers(serial={"port": "com2", "speed": 38400, "login": False})),
    "Secure Boot": (machine(firmware=Firmware(kind="uefi", secure_boot=True)), {"Xen and boot menu": "space"},
                    answers(boot={"xen": False})),
    "a blank disk": (BLANK["uefi-480"], {"New Debian": "2 tab 1", "System": "=xen1 tab =s3cret tab =s3cret tab =me"},
                     answers(install={"disk": ["ata-SSD_S1"], "suite": "bookworm", "hostname": "xen1", "user": "me"})),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_what_is_typed_comes_to_the_same_plan_on_every_face(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    facts, typed, wanted = TYPED[name]
    seat = Seat(tmp_path, facts)
    monkeypatch.chdir(tmp_path)
    hashes: list[str] = []

    async def go(hands: Hands) -> None:
        await hands.see("> 1 Start <")
        for page in hands.app.known.pages:
            await hands.press("f8")
            await hands.until(lambda page=page: hands.title() == page.title)  # type: ignore[misc]
            for keys in typed.pop(page.title, "").split():
                if keys.isdecimal():
                    await hands.choose(int(keys))
                else:
                    await (hands.type(keys[1:]) if keys[0] == "=" else hands.press(keys))
        await hands.press("f8")
        await hands.see("changes:", "Nothing can be applied", "Nothing to do")
        review = hands.app.screen
        assert isinstance(review, ReviewScreen)
        assert review.plan
        hashes.append(review.plan.hash)
        await hands.press("2", "enter")
        await hands.see("Saved:")

    seat.sit(go, only_look=True)
    assert not typed, "a page that did not come"
    found = parse_answers((tmp_path / "xenstrap-answers.toml").read_text(), "answers.toml").answers
    shown = found.model_copy(update={"install": found.install.model_copy(update=dict.fromkeys(HASHES))})
    assert shown == wanted
    assert draw(found, facts, NoHost(), None).hash == hashes[0]
