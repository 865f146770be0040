"""What GRUB makes of its settings and does at a start, as far as we look at it."""

import re
import subprocess
from pathlib import Path

MAKE_MENU = r"""
cd "$1"; . ./etc/default/grub
for file in ./etc/default/grub.d/*.cfg; do [ ! -f "$file" ] || . "$file"; done
both="$GRUB_CMDLINE_LINUX $GRUB_CMDLINE_LINUX_DEFAULT"
xen="${GRUB_CMDLINE_LINUX_XEN_REPLACE:-$GRUB_CMDLINE_LINUX}"
xen="$xen ${GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT:-$GRUB_CMDLINE_LINUX_DEFAULT}"
{
    echo 'if [ "${next_entry}" ] ; then'
    echo '   set default="${next_entry}"'
    echo '   set boot_once=true'
    echo "else"
    echo "   set default=\"$GRUB_DEFAULT\""
    echo "fi"
    for word in ${GRUB_TERMINAL-}; do [ "$word" != serial ] || echo "$GRUB_SERIAL_COMMAND"; done
    [ -z "${GRUB_TERMINAL-}" ] || { echo "terminal_input $GRUB_TERMINAL"; echo "terminal_output $GRUB_TERMINAL"; }
    echo "menuentry 'Debian GNU/Linux' --class debian \$menuentry_id_option 'gnulinux-simple-$2' {"
    echo "	linux	/boot/vmlinuz-6.12 root=UUID=$2 ro $both"
    echo "}"
    if [ -f boot/xen-4.20-amd64.gz ] && [ "${GRUB_DISABLE_SUBMENU-}" != y ]; then
        echo "menuentry 'With Xen hypervisor' --class xen \$menuentry_id_option 'xen-gnulinux-simple-$2' {"
        echo "	multiboot2	/boot/xen-4.20-amd64.gz placeholder ${GRUB_CMDLINE_XEN-} ${GRUB_CMDLINE_XEN_DEFAULT-}"
        echo "	module2	/boot/vmlinuz-6.12 placeholder root=UUID=$2 ro $xen"
        echo "}"
    fi
    for script in etc/grub.d/6*_xenstrap*; do [ ! -x "$script" ] || "./$script"; done
} > "$3"
"""
"""What grub-mkconfig and 20_linux_xen do."""


def write_menu(root: Path, root_uuid: str, path: Path) -> None:
    """Write the menu of a system whose root has this UUID."""
    subprocess.run(["sh", "-e", "-c", MAKE_MENU, "sh", str(root), root_uuid, str(path)], check=True)


def edit_env(grubenv: Path, *words: str) -> None:
    """Let grub-editenv(1) do its work."""
    subprocess.run(["grub-editenv", grubenv, *words], check=True)


def choose(grubenv: Path, menu: str) -> str:
    """The entry that GRUB starts: the one for one boot, which it clears, or else the default."""
    found = re.search(r"^next_entry=(.+)$", grubenv.read_text(), re.MULTILINE)
    *_, default = re.findall(r'set default="([^"]*)"', menu)
    if found:
        edit_env(grubenv, "set", "next_entry=")
    return str(found[1] if found else default)
