"""The names that udev of a new Debian would give: what real udevs printed, and what is made of it."""

import json
import shutil
from itertools import permutations
from pathlib import Path

import pytest

from installer.commands import Output
from installer.host import LookOnlyHost
from installer.probe import probe
from installer.probe.network import probe_network
from installer.probe.nic_names import FIT, SCHEMES, policy_name, predict_name, predict_names
from tests.fake_host import FakeHost
from tests.network.cases import build
from tests.network.fake import link

# One virtio card on a PCI bridge whose slots the firmware numbers, on which udev has left "eth0": by bookworm's
# udevadm (252.39), and by trixie's (257.13) and forky's (262), which under v252 print what bookworm's does.
V252 = "ID_NET_NAMING_SCHEME=v252\nID_NET_NAME_MAC=enx02fc00000001\nID_NET_NAME_PATH=enp0s3\n"
V257 = "ID_NET_NAMING_SCHEME=v257\nID_NET_NAME_MAC=enx02fc00000001\nID_NET_NAME_PATH=enp0s3\nID_NET_NAME_SLOT=ens3\n"
V261 = V257.replace("v257", "v261")
BOOKWORMS = {"v252": V252, "v257": V252, "latest": V252}
"""What a udev of bookworm prints: where it does not know a scheme it goes by its own, with status 0."""
TRIXIES = {"v252": V252, "v257": V257, "latest": V257}
FORKYS = {"v252": V252, "v257": V257, "latest": V261}
PCI = "../../devices/pci0000:00/0000:00:03.0/virtio2/net/eth0"
USB = "../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/net/eth0"
ALL = {"MAC": "enx02fc00000001", "ONBOARD": "eno1", "SLOT": "ens3", "PATH": "enp0s3"}


class Udev(FakeHost):
    """A host whose udevadm prints `printed` by the naming scheme asked for, and ends with `status`."""

    status = 0
    printed = BOOKWORMS

    def query(self, *argv: str, timeout: float = 0) -> Output:
        super().query(*argv)
        assert argv == ("udevadm", "test-builtin", "net_id", "/sys/class/net/eth0")
        return Output(
            self.status, self.printed[self.environment["NET_NAMING_SCHEME"]], "Loading kernel module index.\n"
        )


def udev(root: Path, printed: dict[str, str], link: str = PCI, assigned: str = "1") -> Udev:
    """A machine with one card, which the kernel calls eth0."""
    host = Udev(root)
    host.printed = printed
    host.put(f"/sys/{link.removeprefix('../../')}/name_assign_type", f"{assigned}\n")
    host.put_link("/sys/class/net/eth0", link)
    return host


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        (BOOKWORMS, {"bookworm": "enp0s3", "trixie": "enp0s3", "forky": "enp0s3"}),
        (TRIXIES, {"bookworm": "enp0s3", "trixie": "ens3", "forky": "ens3"}),
        (FORKYS, {"bookworm": "enp0s3", "trixie": "ens3", "forky": "ens3"}),
        (dict.fromkeys(BOOKWORMS, "ID_NET_NAMING_SCHEME=v252\n"), {}),
        (dict.fromkeys(BOOKWORMS, ""), {}),
    ],
)
def test_what_real_udevs_print(tmp_path: Path, printed: dict[str, str], names: dict[str, str]) -> None:
    assert predict_names(udev(tmp_path, printed), "eth0") == names


def test_over_usb_the_mac_comes_first(tmp_path: Path) -> None:
    assert set(predict_names(udev(tmp_path, FORKYS, USB), "eth0").values()) == {"enx02fc00000001"}


def test_a_name_that_the_kernel_calls_predictable_is_kept(tmp_path: Path) -> None:
    assert set(predict_names(udev(tmp_path / "pci", FORKYS, assigned="2"), "eth0").values()) == {"eth0"}
    assert predict_name(udev(tmp_path / "renamed", FORKYS, assigned="4"), "eth0", "trixie") == "ens3"


def test_a_udevadm_that_fails_or_is_not_there_predicts_nothing(tmp_path: Path) -> None:
    host = udev(tmp_path, FORKYS)
    host.status = 1
    assert predict_names(host, "eth0") == {}
    assert predict_names(FakeHost(tmp_path / "none"), "eth0") == {}


def test_only_on_a_live_system_udev_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = build(tmp_path, "ifupdown", "bond")
    asked: list[str] = []

    def query(*argv: str, timeout: float = 0) -> Output:
        if argv[0] != "udevadm":
            return type(host).query(host, *argv)
        asked.append(argv[-1])
        return Output(0, f"ID_NET_NAME_PATH=en{argv[-1][-4:]}\n", "")

    monkeypatch.setattr(host, "query", query)
    native = probe_network(host).nics
    assert (asked, [nic.predicted for nic in native if nic.predicted]) == ([], [])
    found = {nic.name: nic.predicted.get("trixie") for nic in probe_network(host, live=True).nics}
    assert found == {nic.name: f"en{nic.name[-4:]}" if nic.kind == "nic" else None for nic in native}
    assert len(asked) == len(SCHEMES) * len([nic for nic in native if nic.kind == "nic"])


@pytest.mark.parametrize(("root", "names"), [("overlay", {"enp0s3"}), ("ext4", set())])
def test_a_live_system_is_known_by_its_root(tmp_path: Path, root: str, names: set[str]) -> None:
    host = FakeHost(tmp_path, {
        "ip -j -d address": json.dumps([link("eth0", "52:54:00:ab:cd:01")]),
        "findmnt --noheadings --output FSTYPE,SOURCE --target /": f"{root} {root}\n",
        "udevadm test-builtin net_id": V252,
    })  # fmt: skip
    host.put("/sys/class/net/eth0/device")
    (nic,) = probe(host).network.nics
    assert set(nic.predicted.values()) == names


def test_the_order_of_the_policy() -> None:
    for count in range(5):
        for keys in permutations(ALL, count):
            given = {key: ALL[key] for key in keys}
            first = next((ALL[key] for key in ("ONBOARD", "SLOT", "PATH") if key in given), "")
            assert policy_name(given, usb=False) == first
            assert policy_name(given, usb=True) == given.get("MAC", first)
            assert policy_name(given, usb=False, kernel="lan1") == "lan1"


@pytest.mark.parametrize("unfit", ["enP1p2s0f1np1d12", "en p0s3", "1", ""])
def test_what_no_interface_can_be_called_is_passed_over(unfit: str) -> None:
    assert policy_name({"ONBOARD": unfit, "PATH": "enp0s3"}, usb=False) == "enp0s3"
    assert policy_name({"PATH": unfit}, usb=False) == ""


@pytest.mark.skipif(not shutil.which("udevadm"), reason="no udevadm here")
def test_the_udevadm_of_this_machine() -> None:
    host = LookOnlyHost()
    for name in host.names("/sys/class/net"):
        for scheme in (*SCHEMES.values(), "v9999"):
            told = host.knowing(NET_NAMING_SCHEME=scheme).query("udevadm", "test-builtin", "net_id",
                                                                f"/sys/class/net/{name}")  # fmt: skip
            assert told.status == 0, "a scheme that it does not know is none of its errors"
        assert all(FIT.fullmatch(called) for called in predict_names(host, name).values())
    assert predict_names(host, "no-such-card") == {}
