"""Debian's own scripts of GRUB, run on a /boot and an /etc of our own."""

import os
import subprocess
from pathlib import Path

GRUB = Path(os.environ.get("XENSTRAP_GRUB_ROOT", "/"))
SCRIPTS = ("00_header", "10_linux", "20_linux_xen")
CONFIGURE = """
set -e
. "$1/etc/default/grub"
for x in "$1"/etc/default/grub.d/*.cfg; do if [ -e "$x" ]; then . "$x"; fi; done
if [ "x${GRUB_TERMINAL}" != x ]; then GRUB_TERMINAL_INPUT=$GRUB_TERMINAL; GRUB_TERMINAL_OUTPUT=$GRUB_TERMINAL; fi
export GRUB_DEFAULT GRUB_TERMINAL_INPUT GRUB_TERMINAL_OUTPUT GRUB_SERIAL_COMMAND GRUB_DISTRIBUTOR \\
    GRUB_CMDLINE_LINUX GRUB_CMDLINE_LINUX_DEFAULT GRUB_CMDLINE_XEN GRUB_CMDLINE_XEN_DEFAULT \\
    GRUB_CMDLINE_LINUX_XEN_REPLACE GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT
for script in 00_header 10_linux 20_linux_xen; do sh "$1/scripts/$script"; done
"""
# What only a real disk could tell.
LIBRARY = """
. {real}/usr/share/grub/grub-mkconfig_lib
prepare_grub_to_access_device () {{ :; }}
make_system_path_relative_to_its_root () {{ echo "${{1#{root}}}"; }}
grub_get_device_id () {{ echo UUID; }}
is_path_readable_by_grub () {{ return 1; }}
uses_abstraction () {{ return 1; }}
"""
MISSING = not all((GRUB / "etc/grub.d" / script).exists() for script in SCRIPTS)


def generate(root: Path, settings: str, drop_ins: dict[str, str]) -> str:
    """The grub.cfg that comes out of /etc/default/grub and drop-ins, written to `root`/boot/grub/grub.cfg too."""
    files = {"etc/default/grub": settings, "boot/xen-4.20-amd64.gz": "xen", "boot/vmlinuz-6.12": "linux"}
    files |= {"boot/config-6.12": "CONFIG_XEN_DOM0=y\n", "boot/initrd.img-6.12": "initrd"}
    files |= {f"etc/default/grub.d/{name}": text for name, text in drop_ins.items()}
    files["share/grub-mkconfig_lib"] = LIBRARY.format(real=str(GRUB).rstrip("/"), root=root)
    for script in SCRIPTS:
        text = (GRUB / "etc/grub.d" / script).read_text()
        files[f"scripts/{script}"] = text.replace("/boot/", f"{root}/boot/")
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    known = {"pkgdatadir": f"{root}/share", "GRUB_DEVICE": "/dev/sda2", "GRUB_DEVICE_UUID": "UUID", "LC_ALL": "C"}
    done = subprocess.run(
        ["sh", "-c", CONFIGURE, "sh", str(root)],
        env={"PATH": os.environ["PATH"], **known},
        capture_output=True,
        text=True,
        check=True,
    )
    (root / "boot/grub").mkdir(exist_ok=True)
    (root / "boot/grub/grub.cfg").write_text(done.stdout)
    return done.stdout
