"""What udev of a new Debian would call an interface of this machine (systemd.net-naming-scheme(7))."""

import re
from collections.abc import Mapping

from installer.host import Host
from installer.probe.attributes import attribute

SCHEMES = {"bookworm": "v252", "trixie": "v257", "forky": "latest"}
"""The naming scheme of each suite's systemd. An older udev here, which does not know it, goes by its own latest."""
PREDICTABLE = "2"  # include/uapi/linux/netdevice.h, NET_NAME_PREDICTABLE
USB = re.compile(r"/usb[0-9]+/")
FIT = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,14}")
"""A name that an interface can have, and a line of interfaces(5) too: property names may be longer."""


def predict_names(host: Host, name: str) -> dict[str, str]:
    """The name that the interface `name` would have, by suite; a suite is left out where udev has none for it."""
    found = {suite: predict_name(host, name, suite) for suite in SCHEMES}
    return {suite: called for suite, called in found.items() if called}


def predict_name(host: Host, name: str, suite: str) -> str:
    """The name that the interface `name` would have in that suite, "" where udev does not tell.

    What builtin net_id knows does not depend on the present name, nor on net.ifnames=0 (udevadm(8), systemd.link(5)).
    """
    folder = f"/sys/class/net/{name}"
    told = host.knowing(NET_NAMING_SCHEME=SCHEMES[suite]).query("udevadm", "test-builtin", "net_id", folder)
    given = re.findall(r"^ID_NET_NAME_([A-Z]+)=(\S+)$", told.stdout if told.status == 0 else "", re.MULTILINE)
    lasting = attribute(host, f"{folder}/name_assign_type") == PREDICTABLE
    return policy_name(dict(given), usb=bool(USB.search(host.link(folder) or "")), kernel=name if lasting else "")


def policy_name(given: Mapping[str, str], *, usb: bool, kernel: str = "") -> str:
    """The first of the names of net_id that Debian's NamePolicy= takes (systemd.link(5)), "" for none.

    The policy is that of 99-default.link, and before it, over USB, of Debian's 73-usb-net-by-mac.link. Of the former,
    "keep" is about names given earlier in the same start, and "database" gives none but to a card over USB; `kernel` is
    a name that the kernel itself calls predictable.
    """
    names = (given.get("MAC", "") if usb else "", kernel, *(given.get(key, "") for key in ("ONBOARD", "SLOT", "PATH")))
    return next((name for name in names if FIT.fullmatch(name)), "")
