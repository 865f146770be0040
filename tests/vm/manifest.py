"""What a machine's files are, name by name, so that two machines, or one at two times, can be compared."""

from tests.vm.machine import Machine

# Caches that any installation rewrites without changing what they mean.
VOLATILE = ("/etc/ld.so.cache", "/etc/mtab", "/etc/adjtime", "/etc/.pwd.lock")
# LVM's own history of every volume group that it ever saw.
HISTORY = ("/etc/lvm/archive/", "/etc/lvm/backup/")
NAMES = r"-printf '%p\t%y %m %u:%g %l\n'"


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
    return without_caches(found)


def without_caches(found: dict[str, str]) -> dict[str, str]:
    """Without what means nothing."""
    return {name: kind for name, kind in found.items() if name not in VOLATILE and not name.startswith(HISTORY)}


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
