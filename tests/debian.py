"""A small Debian in a directory: real files, and just enough of dpkg and apt to convert it and back."""

import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

from installer.commands import Output
from installer.host import Host, LookOnlyHost
from installer.resources.apt import INSTALLED
from installer.resources.boot import GRUB_CFG, GRUBENV
from tests.grub_menu import choose, edit_env, write_menu
from tests.machines import UUID

BROUGHT = {"xen-system-amd64": ["xen-hypervisor-4.20-amd64", "xen-utils-4.20", "libxen4.20"]}
CONFFILES = {
    "/etc/default/grub.d/xen.cfg": '[ "$XEN_OVERRIDE_GRUB_DEFAULT" ] || GRUB_DEFAULT="with Xen hypervisor"\n',
    "/etc/xen/xl.conf": '#autoballoon="auto"\n',
    "/etc/default/xendomains": "XENDOMAINS_SAVE=/var/lib/xen/save\nXENDOMAINS_RESTORE=true\n",
    "/boot/xen-4.20-amd64.gz": "xen",
}
OWNED = ("/etc", "/etc/default", "/etc/grub.d", "/etc/systemd/system", "/etc/update-motd.d")


class PowerCut(BaseException):
    """The machine lost its power."""


class FakeDebian(Host):
    """A root directory with a dpkg database beside it; the power goes before change number `cut`."""

    def __init__(self, root: Path, cut: int = 0) -> None:
        super().__init__(root)
        self.cut = cut
        self.count = 0
        self.rebooted = False
        self.root_uuid = UUID
        self.database = root.parent / "dpkg"
        self.diversions = root.parent / "diversions"
        self.last_boot = root.parent / "last boot"
        """What systemd's journal can be asked for that it has of the last boot, a word a line."""
        if not root.exists():
            self._fresh()

    def _fresh(self) -> None:
        self.database.mkdir()
        self.diversions.mkdir()
        for package in ("grub-pc", "linux-image-amd64", "ifupdown"):
            (self.database / package).touch()
        for name, text in {
            "/etc/default/grub": 'GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n',
            "/etc/network/interfaces": "auto lo\niface lo inet loopback\n\nauto enp1s0\niface enp1s0 inet dhcp\n",
            "/boot/grub/grub.cfg": "",
            "/boot/initrd.img-6.12": "",
        }.items():
            path = self.path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        edit_env(self.path(GRUBENV), "create")
        self._update_grub()

    def boot(self) -> bool:
        """What GRUB does with its menu, fallback included; whether Xen starts."""
        menu = self.path(GRUB_CFG).read_text()
        xen = "xen-gnulinux" in choose(self.path(GRUBENV), menu)
        if xen and not (self.database / "xen-system-amd64").exists():
            assert 'set fallback="gnulinux' in menu, "GRUB waits in its menu for ever"
            xen = False
        shutil.rmtree(self.path("/run"), ignore_errors=True)
        self._lay("/proc/sys/kernel/random/boot_id", f"{uuid.uuid4()}\n")
        self._lay("/sys/hypervisor/type", "xen\n" if xen else "\n")
        self.rebooted = False
        return xen

    def tree(self) -> dict[str, tuple[int, bytes | str]]:
        """Every file and link with its mode and content."""
        return {
            str(path.relative_to(self.root)): (
                path.lstat().st_mode,
                str(path.readlink()) if path.is_symlink() else path.read_bytes(),
            )
            for path in self.root.rglob("*")
            if (path.is_symlink() or path.is_file())
            and path.relative_to(self.root).parts[0] not in ("proc", "sys", "run")
        }

    def packages(self) -> list[str]:
        """What is installed."""
        return sorted(path.name for path in self.database.iterdir())

    def changing(self, what: str) -> None:
        self.count += 1
        if self.count == self.cut:
            raise PowerCut

    def query(self, *argv: str, timeout: float = 0) -> Output:
        match argv:
            case ("dpkg-query", "--show", "--showformat", _, *names):
                there = [name for name in names if (self.database / name).exists()]
                return Output(0, "".join(f"{name} {INSTALLED}\n" for name in there), "")
            case ("dpkg-query", "--listfiles", *names):
                return Output(0, "/etc\n/etc/xen\n/etc/xen/xl.conf\n" if "xen-system-amd64" in names else "", "")
            case ("dpkg-query", "--search", "/etc/xen"):
                return Output(0, "xen-system-amd64: /etc/xen\n", "")
            case ("dpkg-query", "--search", name):
                return Output(0 if name in OWNED else 1, "", "")
            case ("dpkg-divert", "--truename", name):
                return Output(0, f"{self._truename(name)}\n", "")
            case ("dpkg", "--audit"):
                return Output(0, "", "")
            case ("apt-get", "--simulate", "--no-install-recommends", "install", *names):
                wanted = [each for name in names for each in [*BROUGHT.get(name, []), name]]
                new = [name for name in wanted if not (self.database / name).exists()]
                return Output(0, "".join(f"Inst {name} (1 Debian [amd64])\n" for name in new), "")
            case ("apt-get", "--simulate", "purge", *names):
                return Output(0, "".join(f"Purg {name} [1]\n" for name in names), "")
            case ("apt-get", "--no-install-recommends", "--assume-no", *_):
                return Output(100, "", "")
            case ("apt-get", "indextargets", *_):
                return Output(0, "", "")
            case ("grub-script-check", path):
                return Output(subprocess.run(["grub-script-check", self.path(path)], check=False).returncode, "", "")
            case ("agetty", "--reload") | ("systemctl", "stop", _):
                return Output(1, "", "")
            case ("journalctl", *_, last):
                kept = self.last_boot.exists() and last in self.last_boot.read_text().splitlines()
                return Output(0, f"{uuid.uuid4().hex}\n", "") if kept else Output(1, "", "")
            case ("systemctl", "show", "--property=ActiveState,Job", unit):
                return Output(0, self.unit_state(unit), "")
            case ("systemctl", "show", "--property=MainPID", unit):
                return Output(0, f"MainPID={self.main_pid(unit)}\n", "")
            case ("ip" | "timeout" | "ss" | "ifup" | "ifdown" | "sysctl", *_):
                return self.network(argv)
            case ("systemctl", "is-active" | "kill" | "start", _):
                return self.network(argv)
            case ("lsinitramfs", path):
                return Output(0, Path(self.root, path.lstrip("/")).read_text(), "")
        raise AssertionError(argv)

    def network(self, argv: tuple[str, ...]) -> Output:
        """What the commands of the network say: here it has none of them, and a test may give it some."""
        return Output(127, "", "")

    def start(self, unit: str) -> None:
        """Start a unit of systemd, where a test has one."""
        raise AssertionError(unit)

    def unit_state(self, unit: str) -> str:
        """What systemctl(1) shows of it."""
        return "Job=\nActiveState=inactive\n"

    def main_pid(self, unit: str) -> int:
        """Its process, 0 where there is none."""
        return 0

    def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        self.changing(" ".join(argv))
        match argv:
            case ("sync",):
                pass
            case ("grub-mkconfig", "-o", name):
                self._make_menu(self.path(name))
            case ("dpkg-divert", "--local", "--rename", "--divert", aside, "--add", name):
                (self.diversions / name.replace("/", "!")).write_text(aside)
                self._rename(name, aside)
            case ("dpkg-divert", "--local", "--rename", "--remove", name):
                aside = self._truename(name)
                (self.diversions / name.replace("/", "!")).unlink()
                self._rename(aside, name)
            case ("install", "--directory", _, name):
                self.path(name).mkdir(parents=True)
            case ("grub-editenv", name, *words):
                edit_env(self.path(name), *words)
            case ("cp", "--preserve=mode", name, copy):
                shutil.copy(self.path(name), self.path(copy))
            case ("find", name, "-depth", "-type", "d", "-empty", "-delete"):
                subprocess.run(["find", self.path(name), *argv[2:]], check=True)
            case ("systemctl", "reboot", *_):
                self.rebooted = True
            case ("systemctl", "daemon-reload"):
                pass
            case ("systemctl", "start", "--no-block", unit):
                self.start(unit)
            case _:
                raise AssertionError(argv)
        return Output(0, "", "")

    def stream(self, *argv: str, env: dict[str, str] | None = None) -> Iterator[str]:
        self.changing(" ".join(argv))
        words = [word for word in argv[1:] if not word.startswith("-") and "=" not in word]
        aside = [word for word in argv if word.startswith("DPkg::Path=/run/xenstrap/aside:")]
        quiet = bool(aside) and self.link("/run/xenstrap/aside/update-grub") == "/bin/true"
        match words:
            case ["install", *names]:
                if "xen-system-amd64" in names:
                    for path, text in CONFFILES.items():
                        self._lay(self._truename(path), text)
                for number, name in enumerate(each for wanted in names for each in [*BROUGHT.get(wanted, []), wanted]):
                    (self.database / name).touch()
                    yield f"pmstatus:{name}:{number}.0:Unpacking {name}"
            case ["purge", *names]:
                for name in names:
                    (self.database / name).unlink()
                if "xen-system-amd64" in names:
                    for path in CONFFILES:
                        self.path(self._truename(path)).unlink()
        if not quiet:
            self._update_grub()

    def _lay(self, name: str, text: str) -> None:
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_text(text)

    def _rename(self, source: str, target: str) -> None:
        if self.path(source).exists():
            self.path(source).rename(self.path(target))

    def _truename(self, name: str) -> str:
        diversion = self.diversions / name.replace("/", "!")
        return diversion.read_text() if diversion.exists() else name

    def _update_grub(self) -> None:
        self._make_menu(self.path(GRUB_CFG))

    def _make_menu(self, path: Path) -> None:
        write_menu(self.root, self.root_uuid, path)


class LookOnlyDebian(FakeDebian, LookOnlyHost):
    """The same, only looked at."""

    def _changes(self, what: str) -> None:
        raise AssertionError(f"somebody who looks was about to {what}")
