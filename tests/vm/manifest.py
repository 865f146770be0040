"""What a machine's /etc is, name by name, so that two of them can be compared."""

from tests.vm.machine import Machine

# Caches and counters that any installation rewrites without changing what they mean.
VOLATILE = ("/etc/ld.so.cache", "/etc/mtab", "/etc/adjtime", "/etc/.pwd.lock")
LIST = r"""
cd / && find etc -mindepth 1 \( -type f -printf '/%p %y %m %u:%g ' -exec sha256sum {} \; \
    -o -type l -printf '/%p %y %l\n' -o -printf '/%p %y %m %u:%g\n' \) | sort
"""


def etc_of(machine: Machine) -> dict[str, str]:
    """Every name below /etc with its kind, mode, owner, and content or target."""
    lines = (line.partition(" ") for line in machine.run(LIST, timeout=600).stdout.splitlines())
    return {name: rest for name, _, rest in lines if name not in VOLATILE}


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
