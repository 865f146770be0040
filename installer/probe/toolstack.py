"""The settings of xl as they are without us."""

import re

from installer.host import Host
from installer.resources.diverted import SUFFIX

XL_CONF = "/etc/xen/xl.conf"


def probe_xl_conf(host: Host) -> dict[str, str]:
    """Settings that are switched on in the package's or the admin's xl.conf, quotes included (xl.conf(5))."""
    text = host.read(XL_CONF + SUFFIX)
    if text is None:
        text = host.read(XL_CONF) or ""
        if text.startswith("# Written by xenstrap"):
            return {}
    return dict(re.findall(r"^\s*([a-z][a-z0-9_.]*)\s*=\s*(.*?)\s*$", text, re.MULTILINE))
