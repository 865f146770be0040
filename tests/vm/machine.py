"""A machine in QEMU on a copy-on-write overlay of a base image, driven over its serial line."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from .image import CACHE, Image
from .locks import locked
from .paced import paced
from .qemu import Hardware
from .qmp import Qmp, QmpError
from .serial_line import PATIENCE, SerialLine
from .share import Share
from .shell import Result, Shell

# What a boot never comes back from by itself.
BOOT_FAILURES = (
    r"Kernel panic - not syncing",
    r"Panic on CPU \d",
    r"Failed to boot both default and fallback entries",
    r"grub rescue>",
    r"You are in emergency mode",
)
POWER_OFF_TIMEOUT = 300.0


class MachineError(Exception):
    """The machine is not in the state that an order needs."""


class Machine:
    """One machine; its disk lasts from the first start to the end of the context."""

    def __init__(self, image: Image, directory: Path, hardware: Hardware | None = None) -> None:
        """Prepare a machine whose overlay and logs are in `directory`."""
        directory.mkdir(parents=True, exist_ok=True)
        self.image = image
        self.hardware = hardware or Hardware(image.firmware)
        self.directory = directory
        self.transcript = directory / "serial.log"
        self._format = "raw" if self.hardware.volatile else "qcow2"
        self._disk = directory / f"disk.{self._format}"
        self._efi_vars = directory / "efi-vars.fd" if image.efi_vars else None
        self._share = Share(directory / "share", self.run)
        self._power = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._resets = 0

    def __enter__(self) -> Self:
        """Copy the image and switch the machine on."""
        source = str(self.image.disk.resolve())
        if self.hardware.volatile:
            create = ["convert", "-f", self.image.disk_format, "-O", "raw", source, str(self._disk)]
        else:
            size = [f"{self.hardware.disk_mib}M"] if self.hardware.disk_mib else []
            backing = ["-b", source, "-F", self.image.disk_format]
            create = ["create", "-q", "-f", "qcow2", *backing, str(self._disk), *size]
        subprocess.run(["qemu-img", *create], check=True)
        for disk in self.hardware.disks:
            with (self.directory / disk.serial).open("wb") as file:
                file.truncate(disk.mib << 20)
        if self.image.efi_vars and self._efi_vars:
            shutil.copy(self.image.efi_vars, self._efi_vars)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cut the power and leave only the logs."""
        self.kill()
        self._disk.unlink()
        for volatile in self.hardware.volatile_disks(self._disk):
            volatile.remove()
        for disk in self.hardware.disks:
            (self.directory / disk.serial).unlink()
        if self._efi_vars:
            self._efi_vars.unlink()
        shutil.rmtree(self.directory / "share")

    def start(self) -> None:
        """Switch the machine on, again after power_off() or kill(); waits for any other machine to end."""
        if self._process:
            raise MachineError("the machine is on already")
        with ExitStack() as power:
            power.enter_context(locked(CACHE, "machine"))
            for disk in self.hardware.volatile_disks(self._disk):
                disk.power_on()
            serial, serial_end = socket.socketpair()
            control, control_end = socket.socketpair()
            command = [
                *("setpriv", "--pdeathsig", "KILL"),
                *self.hardware.arguments(self._disk, self._format, self._efi_vars),
                *self._share.arguments,
                *("-chardev", f"socket,id=serial,fd={serial_end.fileno()}"),
                *(("-serial", "null") if self.hardware.com == "com2" else ()),
                *("-serial", "chardev:serial"),
                *("-chardev", f"socket,id=qmp,fd={control_end.fileno()}", "-mon", "chardev=qmp,mode=control"),
            ]
            with (self.directory / "qemu.log").open("ab") as log, serial_end, control_end:
                log.write(" ".join(command).encode() + b"\n")
                log.flush()
                fds = (serial_end.fileno(), control_end.fileno())
                self._process = subprocess.Popen(command, stdout=log, stderr=log, pass_fds=fds)
            power.callback(self._cut)
            near = paced(serial, self.hardware.baud) if self.hardware.baud else serial
            self.line = SerialLine(near, self.transcript)
            power.callback(self.line.close)
            self._resets = 0
            self._shell: Shell | None = None
            try:
                self.qmp = Qmp(control, lambda _event: self.line.wake())
            except (QmpError, OSError) as error:
                raise MachineError(f"QEMU did not start: {self._last_words()}") from error
            power.callback(self.qmp.close)
            self._power = power.pop_all()

    def login(self, timeout: float = PATIENCE, failures: Iterable[str] = BOOT_FAILURES) -> None:
        """Wait for the login prompt of this boot and log in as root."""
        self.line.expect(r"login: ", timeout, failures)
        self._resets = self.qmp.count("RESET")
        self._shell = Shell(self.line, self._gone)
        self._shell.login()

    def run(self, command: str, timeout: float = PATIENCE, check: bool = True) -> Result:
        """Run a command as root and return its exit code and its exact output."""
        if self._shell is None:
            raise MachineError("nobody has logged in")
        return self._shell.run(command, timeout, check)

    def push(self, source: Path, destination: str, names: Iterable[str] | None = None) -> None:
        """Put a file, a directory or only the named things below it into a directory of the guest."""
        self._share.push(source, destination, names)

    def pull(self, path: str) -> bytes:
        """Read a file of the guest, of any size."""
        return self._share.pull(path)

    def reboot(self, command: str = "systemctl reboot", timeout: float = PATIENCE) -> None:
        """Reboot from within and log in again."""
        self.line.type(command)
        self.reboot_wait(timeout=timeout)
        self.login(timeout)

    def reboot_wait(
        self,
        expect: str | None = None,
        timeout: float = PATIENCE,
        failures: Iterable[str] = BOOT_FAILURES,
    ) -> re.Match[str] | None:
        """Wait until something in the guest has reset the machine, and then for what the line should say."""
        self.line.note("waiting for a reset")
        self.qmp.wait_beyond("RESET", self._resets, timeout)
        self._resets = self.qmp.count("RESET")
        self._shell = None
        return self.line.expect(expect, timeout, failures) if expect else None

    def power_off(self) -> None:
        """Shut down from within and wait for QEMU to end."""
        if self._shell is None or self._process is None:
            raise MachineError("nobody has logged in")
        self.line.type("systemctl poweroff")
        self._wait_for_end()

    def wait_until_off(self, timeout: float, failures: Iterable[str] = BOOT_FAILURES) -> None:
        """Wait until what runs in it has switched it off."""
        self.line.expect(r"reboot: Power down", timeout, failures)
        self._wait_for_end()

    def _wait_for_end(self) -> None:
        assert self._process is not None
        try:
            self._process.wait(POWER_OFF_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            raise MachineError(f"no power-off within {POWER_OFF_TIMEOUT:.0f} s; see {self.transcript}") from error
        self.kill()

    def kill(self) -> None:
        """Cut the power; what the guest has flushed is kept, what is still in its memory is lost.

        Volatile disks lose what had come to them and was not flushed, too.
        """
        self._cut()
        self._power.close()

    def _cut(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _last_words(self) -> str:
        return (self.directory / "qemu.log").read_text(errors="replace").strip()[-500:]

    def snapshot(self, directory: Path) -> Image:
        """Keep the disk of a machine that is off as an image to boot copies of; the base image must stay."""
        if self._process:
            raise MachineError("the machine is on")
        directory.mkdir(parents=True)
        disk = Path(shutil.copy(self._disk, directory))
        efi_vars = Path(shutil.copy(self._efi_vars, directory)) if self._efi_vars else None
        return Image(directory.name, self.image.firmware, disk, self._format, efi_vars)

    def raw_disk(self, place: Path) -> Path:
        """Copy the disk of a machine that is off to a raw file, whole."""
        if self._process:
            raise MachineError("the machine is on")
        subprocess.run(["qemu-img", "convert", "-f", self._format, "-O", "raw", self._disk, place], check=True)
        return place

    def _gone(self) -> str | None:
        return "the machine was reset" if self.qmp.count("RESET") > self._resets else None
