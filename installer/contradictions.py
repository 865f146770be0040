"""Answers that cannot all be followed, whatever the machine is."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from ipaddress import IPv4Interface, IPv6Interface, ip_address, ip_interface

from installer.answers import Answers, Bridge, Storage
from installer.answers_install import Install
from installer.finding import Finding, wrong
from installer.keys import item, keys
from installer.steps.storage_choice import SWAP_NAME
from installer.wording import shown

TAKEN = ("lo", "all", "default")
FOLDERS = ("block", "bus", "char", "cpu", "disk", "dri", "fd", "hugepages", "input", "mapper", "md", "mqueue", "net",
           "null", "pts", "shm", "snd", "tty", "usb", "vfio", "xen", "zero")  # fmt: skip
"""What is in /dev on every machine; vgcreate refuses a name that is there."""
RESERVED = re.compile(r"^(snapshot|pvmove)|_([ct]data|[ct]meta|corig|cpool|cvol|imeta|mimage|mlog|pmspare|rimage|rmeta"
                      r"|vdata|vorigin|wcorig)")  # fmt: skip


def contradictions(answers: Answers, unsure: Collection[str] = ()) -> Iterator[Finding]:
    """Everything that speaks against the answers before any fact is known.

    `unsure` are keys whose answers were refused by themselves: nothing is said of what depends on them.
    """
    yield from repeated(answers)
    if answers.bridge.name in TAKEN:
        yield wrong("bridge.name", f"Linux itself uses the name {shown(answers.bridge.name)}", "choose another one")
    yield from addresses(answers.bridge, unsure)
    yield from hooks(answers)
    yield from volumes(answers.storage)
    yield from installation(answers, unsure)


def repeated(answers: Answers) -> Iterator[Finding]:
    """What a list names twice."""
    for key in keys():
        if item(key.annotation) and key.section != "hooks":
            owner = getattr(answers, key.section) if key.section else answers
            for value, count in Counter(getattr(owner, key.name)).items():
                if count > 1:
                    yield wrong(key.full, f"{shown(value)} stands in the list {count} times", "keep one of them")


def hooks(answers: Answers) -> Iterator[Finding]:
    """What is neither a command by its full path nor an address."""
    for name, words in answers.hooks:
        if words and not re.match(r"/|https?://[A-Za-z0-9]", words[0]):
            yield wrong(f"hooks.{name}", f"{shown(words[0])} is neither a full path nor an http or https address",
                        "begin the list with one of them")  # fmt: skip
        elif len(words) > 1 and words[0][0] != "/":
            yield wrong(f"hooks.{name}", "an address stands alone, and more words follow it", "take them away")


def volumes(storage: Storage) -> Iterator[Finding]:
    """Names that somebody else has: LVM for itself (lvm(8)), dom0's swap, and what is in /dev."""
    if storage.group in FOLDERS:
        yield wrong("storage.group", f"/dev/{storage.group} is something else, and a volume group would lie there",
                    "choose another name")  # fmt: skip
    pool = storage.thin_pool
    if pool == SWAP_NAME:
        yield wrong("storage.thin_pool", f"dom0's swap is called {SWAP_NAME}", "choose another name")
    elif pool and RESERVED.search(pool):
        yield wrong("storage.thin_pool", f"LVM keeps names as {shown(pool)} for itself", "choose another one")


def addresses(bridge: Bridge, unsure: Collection[str]) -> Iterator[Finding]:
    """Addresses of the bridge that cannot be used, or not together."""
    fixed = {key: getattr(bridge, key) for key in ("ipv4", "ipv6") if "/" in getattr(bridge, key)}
    for key, text in fixed.items():
        if bridge.enabled is False:
            yield wrong(
                f"bridge.{key}", "an address for the bridge, but bridge.enabled is false", "give one of them up"
            )
        yield from address(f"bridge.{key}", ip_interface(text))
    for key, router in (("ipv4", bridge.gateway4), ("ipv6", bridge.gateway6)):
        if router and f"bridge.{key}" not in unsure:
            yield from gateway(f"bridge.gateway{key[-1]}", router, f"bridge.{key}", fixed.get(key))
    if bridge.dns and not fixed and not {"bridge.ipv4", "bridge.ipv6"}.intersection(unsure):
        yield wrong("bridge.dns", "name servers go with an address in bridge.ipv4 or bridge.ipv6, and neither has one",
                    "give an address too, or leave the name servers to DHCP")  # fmt: skip


def address(key: str, given: IPv4Interface | IPv6Interface) -> Iterator[Finding]:
    """An address that no machine can have."""
    if given.ip.is_multicast or given.ip.is_loopback or given.ip.is_unspecified or given.ip.is_reserved:
        yield wrong(key, f"{given.ip} is no address for a machine", "give the address that dom0 shall have")
    elif given.network.num_addresses > 2 and given.ip == given.network.network_address:
        yield wrong(key, f"{given.ip} stands for the network {given.network} as a whole", "give an address in it")
    elif given.version == 4 and given.network.num_addresses > 2 and given.ip == given.network.broadcast_address:
        yield wrong(key, f"{given.ip} is the broadcast address of {given.network}", "give another address in it")


def gateway(key: str, text: str, owner: str, fixed: str | None) -> Iterator[Finding]:
    """A gateway without an address, or one that the address does not reach."""
    if fixed is None:
        yield wrong(
            key,
            f"a gateway goes with an address, and {owner} has none",
            f"give {owner} an address, or take the gateway away",
        )
        return
    own, router = ip_interface(fixed), ip_address(text)
    if router == own.ip:
        yield wrong(key, f"{text} is the address of dom0 itself", "give the address of the router")
    elif router not in own.network and not (router.version == 6 and router.is_link_local):
        yield wrong(
            key,
            f"{text} is not in the network {own.network} of {owner}",
            "the gateway has to be in the network of the address",
        )


def installation(answers: Answers, unsure: Collection[str]) -> Iterator[Finding]:
    """What is said of a new system that is not asked for, and accounts that nobody could use."""
    install = answers.install
    if not install.disk:
        others = [f"install.{name}" for name, value in install if value != Install.model_fields[name].default]
        if others and "install.disk" not in unsure:
            yield wrong("install.disk", f"no disk is named for a new Debian, and {', '.join(others)}"
                        f" {'is' if len(others) == 1 else 'are'} about one",
                        f"name the disk, or take {'this' if len(others) == 1 else 'these'} away")  # fmt: skip
        return
    if install.passphrase and answers.storage.where != "auto":
        yield wrong("install.passphrase", "the volume group on the rest of the disk is what is encrypted, and"
                    f' storage.where = "{answers.storage.where}" asks for another place',
                    "take one of the two away")  # fmt: skip
    if install.passphrase and install.suite == "forky":
        yield wrong("install.passphrase", "encryption is not offered with forky, whose initial RAM disk dracut makes",
                    'install.suite = "trixie", or take the passphrase away')  # fmt: skip
    if install.user == "root":
        yield wrong("install.user", "root is there anyway", "name another user, or take it away")
    if install.user_password and not install.user:
        yield wrong("install.user_password", "this is nobody's password", "install.user names the user")
    if install.root_password or (install.user and install.user_password):
        return
    if not {"install.root_password", "install.user_password"}.isdisjoint(unsure):
        return
    if not install.ssh_keys:
        yield wrong("install.root_password", "nobody could log in to the new system",
                    "give install.root_password, or install.user and install.user_password, or"
                    " install.ssh_keys")  # fmt: skip
    elif install.user:
        yield wrong("install.user_password", f"{install.user} could log in by ssh, but never become root: sudo asks"
                    " for a password", "give install.user_password or install.root_password")  # fmt: skip
