"""What a machine's /etc is, name by name, so that two of them can be compared."""

from tests.vm.machine import Machine

# Caches that any installation rewrites without changing what they mean.
VOLATILE = ("/etc/ld.so.cache", "/etc/mtab", "/etc/adjtime", "/etc/.pwd.lock")
# LVM's own history of every volume group that it ever saw.
HISTORY = ("/etc/lvm/archive/", "/etc/lvm/backup/")
NAMES = r"find /etc -mindepth 1 -printf '%p\t%y %m %u:%g %l\n'"
CONTENTS = "find /etc -type f -exec sha256sum {} +"


def etc_of(machine: Machine) -> dict[str, str]:
    """Every name below /etc with its kind, mode, owner, and content or target."""
    names = dict(line.split("\t") for line in machine.run(NAMES).stdout.splitlines())
    for line in machine.run(CONTENTS).stdout.splitlines():
        digest, _, name = line.partition("  ")
        names[name] += digest
    return {name: kind for name, kind in names.items() if name not in VOLATILE and not name.startswith(HISTORY)}


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
