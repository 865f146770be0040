"""Base images: built once, cached by the hash of everything that goes into them."""

import argparse
import glob
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .locks import locked
from .mirror import KEYRING, host_mirror
from .pypi import local_authorities, pip_configuration
from .qemu import OVMF_VARS, Firmware, Hardware
from .recipe import RECIPES, ROOT_MIB, SAME_ADDRESSES, SIZE_MIB, Recipe

CACHE = Path(os.environ.get("XENSTRAP_VM_CACHE", "/var/tmp/xenstrap-vm"))
BAKE = Path(__file__).with_name("bake.sh")
BAKE_TIMEOUT = 900
OLD = 86400.0
MIB = 1 << 20


class BuildError(Exception):
    """An image could not be built; the build log is named in the text."""


@dataclass(frozen=True)
class Image:
    """A disk to boot copies of, and the firmware that it was installed under."""

    name: str
    firmware: Firmware
    disk: Path
    disk_format: str = "raw"
    efi_vars: Path | None = None


def base_image(name: str) -> Image:
    """Return the image of this name, built now if there is none or its recipe has changed."""
    recipe = RECIPES[name]
    build = Build(recipe)
    place = CACHE / "images" / f"{name}-{build.key}"
    with locked(CACHE, f"build-{name}"):
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            build.run(place)
            remove_older(place)
    efi_vars = place / "efi-vars.fd" if recipe.firmware == "uefi" else None
    return Image(name, recipe.firmware, place / "disk.raw", "raw", efi_vars)


def remove_older(place: Path) -> None:
    """Remove what older recipes left, unless it is so young that a machine may still run on it."""
    name = place.name.rpartition("-")[0]
    for old in (*place.parent.glob(f"{name}-*"), *place.parent.glob(f".{name}-*")):
        if old != place and old.stat().st_mtime < time.time() - OLD:
            shutil.rmtree(old)


class Build:
    """One image on its way from packages to a disk that boots."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.mirror = host_mirror()
        self.files = {
            **recipe.files(),
            **pip_configuration(),
            **local_authorities(),
            "etc/apt/sources.list": self.mirror.sources(recipe.suite),
            "etc/apt/apt.conf.d/80mirror": "".join(f"{option}\n" for option in self.mirror.options),
            "bake": BAKE.read_text(),
        }
        self.commands = ["update-ca-certificates", *recipe.chroot_commands()]
        inputs = [recipe.packages, recipe.partitions, self.files, self.commands, SIZE_MIB]
        self.key = hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:12]

    def run(self, place: Path) -> None:
        """Build in a directory beside the final one and rename it when all is done."""
        work = Path(tempfile.mkdtemp(prefix=f".{self.recipe.name}-", dir=place.parent))
        kept_log = CACHE / f"build-{self.recipe.name}.log"
        with kept_log.open("w") as log:
            try:
                self._tree(work / "tree", log)
                self._disk(work, log)
                self._bake(work, log)
            except (subprocess.SubprocessError, BuildError) as error:
                raise BuildError(f"{self.recipe.name}: {error}; see {kept_log}") from error
            else:
                for part in ("tree", "overlay"):
                    shutil.rmtree(work / part)
                work.rename(place)
            finally:
                shutil.rmtree(work, ignore_errors=True)

    def _tree(self, tree: Path, log: IO[str]) -> None:
        sources = self.mirror.sources(self.recipe.suite)
        options = [f"--aptopt={option.rstrip(';')}" for option in self.mirror.options]
        overlay = tree.with_name("overlay")
        for name, text in self.files.items():
            path = overlay / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o755 if text.startswith("#!") else 0o600 if "NetworkManager" in name else 0o644)
        command = [
            *("mmdebstrap", "--mode=root", "--variant=minbase", f"--keyring={KEYRING}", *options),
            *("--dpkgopt=force-unsafe-io", f"--include={','.join(self.recipe.packages)}"),
            f'--customize-hook=cp -r {shlex.quote(str(overlay))}/. "$1"',
            f'--customize-hook=chroot "$1" sh -exc {shlex.quote(chr(10).join(self.commands))}',
            *(self.recipe.suite, str(tree), "-"),
        ]
        # The initramfs would be made twice on the way; it is made once, by the recipe's own command.
        self._call(command, log, input=sources, env={**os.environ, "INITRD": "No"})

    def _disk(self, work: Path, log: IO[str]) -> None:
        disk = work / "disk.raw"
        with disk.open("wb") as file:
            file.truncate(SIZE_MIB * MIB)
        self._call(["sfdisk", "--quiet", str(disk)], log, input=self.recipe.partitions)
        start = self.recipe.root_offset_mib
        if self.recipe.firmware == "uefi":
            esp = ["mkfs.vfat", "--offset", str(MIB // 512), "-F", "32", "-i", self.recipe.esp_volume_id]
            self._call([*esp, str(disk), str((start - 1) * 1024)], log)
            shutil.copy(OVMF_VARS["uefi"], work / "efi-vars.fd")
        prepared = f"offset={start * MIB},lazy_itable_init=0,assume_storage_prezeroed=1"
        ext4 = ["mkfs.ext4", "-q", "-F", "-O", "^metadata_csum_seed,^orphan_file", "-U", self.recipe.uuid("root")]
        self._call([*ext4, "-E", prepared, "-d", str(work / "tree"), str(disk), f"{ROOT_MIB}M"], log)

    def _bake(self, work: Path, log: IO[str]) -> None:
        [kernel], [initrd] = (glob.glob(f"{work}/tree/boot/{part}-*") for part in ("vmlinuz", "initrd.img"))
        machine = Hardware(self.recipe.firmware)
        efi_vars = work / "efi-vars.fd" if self.recipe.firmware == "uefi" else None
        line = f"root=UUID={self.recipe.uuid('root')} rw init=/bake {SAME_ADDRESSES} console=ttyS0 panic=-1"
        command = [
            *machine.arguments(work / "disk.raw", "raw", efi_vars),
            *("-serial", f"file:{work}/baked", "-no-reboot"),
            *("-kernel", kernel, "-initrd", initrd, "-append", line),
        ]
        with locked(CACHE, "machine"):
            self._call(command, log, timeout=BAKE_TIMEOUT)
        console = (work / "baked").read_text(errors="replace")
        log.write(console)
        if "image-is-baked" not in console:
            raise BuildError("the first boot did not finish")

    def _call(
        self,
        command: list[str],
        log: IO[str],
        *,
        input: str | None = None,
        env: dict[str, str] | None = None,
        timeout: float | None = None,
    ) -> None:
        started = time.monotonic()
        subprocess.run(command, check=True, text=True, input=input, env=env, timeout=timeout, stdout=log, stderr=log)
        print(f"{self.recipe.name}: {command[0]} took {time.monotonic() - started:.0f} s", flush=True)


def main() -> None:
    """Build the named images, side by side."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("names", nargs="+", choices=sorted(RECIPES))
    names = parser.parse_args().names
    with ThreadPoolExecutor(len(names)) as pool:
        for image in pool.map(base_image, names):
            print(image.disk)


if __name__ == "__main__":
    main()
