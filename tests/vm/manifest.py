"""What a machine's files are, name by name, so that two machines, or one at two times, can be compared."""

from tests.vm.machine import Machine

# Caches that any installation rewrites without changing what they mean.
VOLATILE = ("/etc/ld.so.cache", "/etc/mtab", "/etc/adjtime", "/etc/.pwd.lock")
# LVM's own history of every volume group that it ever saw.
HISTORY = ("/etc/lvm/archive/", "/etc/lvm/backup/")
NAMES = r"-printf '%p\t%y %m %u:%g %l\n'"
# What a machine writes as it runs, each time in its own way.
GROWN = ("/proc", "/sys", "/dev", "/run", "/tmp", "/root", "/var/tmp", "/var/log", "/var/cache", "/var/lib/apt",
         "/var/lib/dpkg", "/var/lib/systemd", "/var/lib/xenstrap", "/etc/lvm/archive", "/etc/lvm/backup",
         "__pycache__", "lost+found")  # fmt: skip
LISTING = "/var/tmp/xenstrap-listing"


def etc_of(machine: Machine) -> dict[str, str]:
    """Every name below /etc with its kind, mode, owner, and content or target."""
    return files_of(machine, "/etc")


def files_of(machine: Machine, folder: str) -> dict[str, str]:
    """Every name below a folder with its kind, mode, owner, and content or target."""
    names = machine.run(f"find {folder} -mindepth 1 {NAMES}").stdout
    return joined(names, machine.run(f"find {folder} -type f -exec sha256sum {{}} +").stdout)


def joined(names: str, digests: str) -> dict[str, str]:
    """Names with what they are and the digests of what is in them, but for what means nothing."""
    found = dict(line.split("\t", 1) for line in names.splitlines())
    for line in digests.splitlines():
        digest, _, name = line.partition("  ")
        if digest[0] == "\\":  # so sha256sum marks a name in which it has doubled the backslashes
            digest, name = digest[1:], name.replace("\\\\", "\\")
        found[name] += digest
    return {name: kind for name, kind in found.items() if name not in VOLATILE and not name.startswith(HISTORY)}


def everything_of(machine: Machine) -> dict[str, str]:
    """Every name of the machine but for what grows by itself, with the contents of all that is read at a start.

    Of an initial RAM disk, which holds the time when it was made, the names in it.
    """
    pruned = " -o ".join(f"-path '*{name}'" if name[0] != "/" else f"-path {name}" for name in GROWN)
    found = []
    for command in (
        rf"find / -xdev -mindepth 1 \( {pruned} \) -prune -o {NAMES}",
        rf"find /etc /boot /usr -xdev \( {pruned} -o -name 'initrd.img-*' \) -prune -o -type f -exec sha256sum {{}} +",
        'for each in /boot/initrd.img-*; do lsinitramfs $each | sort | sha256sum | sed "s|-|$each|"; done',
    ):
        machine.run(f"{{ {command}; }} > {LISTING}")
        found.append(machine.pull(LISTING).decode())
        machine.run(f"rm {LISTING}")
    names, *digests = found
    return joined(names, "".join(digests))


def packages_of(machine: Machine) -> list[str]:
    """Every package that dpkg knows, with its state and version."""
    return machine.run("dpkg-query -W -f '${Package} ${Status} ${Version}\\n'").stdout.splitlines()


def difference(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What appeared, went or changed."""
    return [
        f"{name}: {before.get(name, 'absent')} -> {after.get(name, 'absent')}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
