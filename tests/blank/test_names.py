"""The name of the new system's interface: that of its own udev, pinned, and no other's."""

from itertools import product
from pathlib import Path

import pytest

from installer.facts import Facts
from installer.facts_network import Address, Network, NetworkNow, Nic, Route
from installer.finding import Finding
from installer.newroot import log_other_name
from installer.steps.install import inside
from installer.steps.install_debian import InstallDebianStep, files, new_nic
from installer.steps.install_disk import planned_layout
from installer.steps.install_name import new_name, why_called
from tests.blank.machines import HASH, OUTSIDE, live
from tests.fake_host import FakeHost
from tests.machines import answers
from tests.storage.machines import disk

GB = 10**9
MAC, OTHER, MADE = "52:54:00:ab:cd:01", "52:54:00:ab:cd:02", "52:54:00:ab:cd:ff"


def card(name: str, predicted: str = "", mac: str = MAC, **more: str | None) -> Nic:
    """An interface that trixie's udev would call `predicted`."""
    return Nic.model_validate({"name": name, "mac": mac, "kind": "nic", **more,
                               "predicted": {"trixie": predicted} if predicted else {}})  # fmt: skip


@pytest.mark.parametrize(
    ("nic", "others", "name", "why"),
    [
        (card("enp1s0", "enp1s0"), (), "enp1s0", ""),
        (card("enp1s0"), (), "enp1s0", ""),
        (card("eth0", "ens3"), (), "ens3", "; what is eth0 here, udev of Debian trixie calls ens3"),
        (card("enp0s3", "ens3"), (), "ens3", "; what is enp0s3 here, udev of Debian trixie calls ens3"),
        (card("eth0"), (), "lan0", "; udev has no lasting name for what is eth0 here"),
        (card("eth0", "eno1"), (card("eth1", "eno1"),), "lan0",
         "; udev of Debian trixie would call it eno1, and another interface too"),
        (card("enp3s0f0", "eno1"), (card("enp3s0f1", "eno1"),), "enp3s0f0", ""),
        (card("eno1", "eno1"), (card("eth1", "eno1"),), "lan0",
         "; udev of Debian trixie would call it eno1, and another interface too"),
        (card("enp1s0", "enp2s0"), (card("enp2s0", "enp1s0"),), "enp2s0",
         "; what is enp1s0 here, udev of Debian trixie calls enp2s0"),
        (card("enp1s0"), (card("eth1", "enp1s0"),), "lan0", "; udev has no lasting name for what is enp1s0 here"),
        (card("usb0", "enx0a"), (), "enx0a", "; what is usb0 here, udev of Debian trixie calls enx0a"),
    ],
)  # fmt: skip
def test_the_name_and_why(nic: Nic, others: tuple[Nic, ...], name: str, why: str) -> None:
    network = Network(nics=(nic, *others))
    assert (new_name(nic, "trixie", network), why_called(nic, "trixie", network)) == (name, why)


def test_no_two_interfaces_have_one_name() -> None:
    here, there = ("eth0", "eno1", "ens3", "enp1s0"), ("", "eno1", "ens3", "enp1s0")
    for first, second in product(here, here):
        if first == second:
            continue
        for own, other in product(there, there):
            nics = (card(first, own), card(second, other, OTHER))
            name = new_name(nics[0], "trixie", Network(nics=nics))
            assert name != (other or second)
            assert name in {own, first, "lan0"}
            if own and own != (other or second):
                assert name == own, "what udev calls it, whatever it is called here"


def on(nic: Nic, *more: Nic, uplink: str = "") -> Facts:
    """A live system with these interfaces, the first of which has an address."""
    now = NetworkNow(addresses={nic.name: (Address(text="192.0.2.10/24", dynamic=False),)},
                     routes=(Route(family=4, nic=nic.name, gateway="192.0.2.1"),))  # fmt: skip
    network = Network(uplink=uplink or nic.name, nics=(nic, *more), now=now)
    return live(disk("ata-SSD_S1", 480 * GB), network=network, outside=OUTSIDE)


def test_a_rescue_systems_eth0_gets_udevs_name_everywhere() -> None:
    facts = on(card("eth0", "ens3"), card("eth1", "ens4", OTHER))
    wanted = answers(install={"disk": ["ata-SSD_S1"], "root_password": HASH})
    written = files(wanted, planned_layout(wanted.install, facts), facts.network.nics[0], facts)
    link = written["/etc/systemd/network/10-xenstrap.link"]
    assert f"MACAddress={MAC}\n" in link
    assert "Name=ens3\n" in link
    assert "iface ens3 inet static\n    address 192.0.2.10/24\n" in written["/etc/network/interfaces"]
    assert "eth0" not in "".join(written.values())
    later = inside(wanted, facts)[1].network
    assert (later.uplink, [nic.name for nic in later.nics], later.now.routes[0].nic) == ("ens3", ["ens3"], "ens3")
    assert later.nics[0].predicted == {}, "as the probe will find it there"
    (choice,) = InstallDebianStep(wanted.install).choices(wanted, facts)
    assert choice.value == f"ens3 ({MAC})"
    assert choice.because == ("it carries the live system's default route; what is eth0 here, udev of Debian trixie"
                              " calls ens3")  # fmt: skip


def test_each_suite_has_its_own() -> None:
    nic = card("eth0").model_copy(update={"predicted": {"bookworm": "enp0s3", "trixie": "ens3"}})
    facts = on(nic)
    for suite, name in (("bookworm", "enp0s3"), ("trixie", "ens3"), ("forky", "lan0")):
        wanted = answers(install={"disk": ["ata-SSD_S1"], "root_password": HASH, "suite": suite})
        assert inside(wanted, facts)[1].network.uplink == name


def test_a_member_of_a_bond_is_pinned_by_the_address_burnt_in_and_a_bond_is_none_to_install_on() -> None:
    member = card("eth0", "ens3", MADE, permanent=MAC, master="bond0")
    bond = Nic(name="bond0", mac=MADE, kind="bond", lower=("eth0",))
    facts = on(bond, member)
    refused = new_nic(answers(install={"disk": ["ata-SSD_S1"]}).install, facts)
    assert isinstance(refused, Finding)
    assert "goes over bond0, a bond" in refused.text
    wanted = answers(install={"disk": ["ata-SSD_S1"], "root_password": HASH, "nic": MAC})
    written = files(wanted, planned_layout(wanted.install, facts), member, facts)
    assert f"MACAddress={MAC}\n" in written["/etc/systemd/network/10-xenstrap.link"]
    assert inside(wanted, facts)[1].network.uplink == "ens3"


@pytest.mark.parametrize(
    ("printed", "logged"),
    [
        ("ID_NET_NAME_PATH=enp0s3\n", []),
        ("ID_NET_NAME_PATH=enp0s3\nID_NET_NAME_SLOT=ens3\n",
         ["udev of Debian trixie would call the interface ens3; a .link file calls it enp0s3"]),
        ("", []),
    ],
)  # fmt: skip
def test_the_log_says_where_the_new_udev_would_call_it_otherwise(
    tmp_path: Path, printed: str, logged: list[str]
) -> None:
    facts = on(card("eth0", "enp0s3"))
    wanted = answers(install={"disk": ["ata-SSD_S1"], "root_password": HASH})
    said: list[str] = []
    new = FakeHost(tmp_path, {"udevadm test-builtin net_id /sys/class/net/eth0": printed})
    new.log = said.append
    log_other_name(new, wanted, facts, inside(wanted, facts)[1])
    assert said == logged
