"""The files that make the bridge, by who configures the network."""

from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.facts_network import Manager, Nic
from installer.network.ifupdown import foreign_files, interfaces_text
from installer.network.interfaces_text import OUR_FILE
from installer.network.networkd import networkd_files
from installer.network.networkmanager import networkmanager_files
from installer.resources.base import Resource
from installer.resources.files import File
from installer.templates import render

CLOUD_FILE = "/etc/cloud/cloud.cfg.d/99-xenstrap-network.cfg"
VIF_RULES = "/etc/udev/rules.d/70-xenstrap-vif.rules"
RESOLV_CONF = "/etc/resolv.conf"


def bridge_files(nic: Nic, manager: Manager, answers: Answers, facts: Facts) -> Iterator[Resource]:
    """Everything that makes the bridge, ours before what is put out of force."""
    network, bridge = facts.network, answers.bridge
    match manager:
        case "ifupdown":
            text = interfaces_text(bridge, nic, network.interfaces)
            yield File(name=OUR_FILE, text=text, because=f"{nic.name} becomes the bridge's port")
            yield from foreign_files(nic, network.interfaces)
        case "networkd":
            own = next((profile.sections for profile in network.profiles if profile.nic == nic.name), None)
            yield from networkd_files(bridge, nic, own)
        case "NetworkManager":
            yield from networkmanager_files(bridge, nic, network.profiles)
    if bridge.dns and network.resolver == "file" and manager != "NetworkManager":
        text = render("network/resolv.conf", servers=bridge.dns, search=network.search)
        yield File(name=RESOLV_CONF, text=text, because="nothing here writes the answers' name servers into it")
    if network.cloud_init:
        because = "cloud-init would write the network's files anew"
        yield File(name=CLOUD_FILE, text=render("network/cloud.cfg"), because=because)
    if bridge.txqueuelen:
        text = render("network/vif.rules", length=bridge.txqueuelen)
        yield File(name=VIF_RULES, text=text, because="asked for in bridge.txqueuelen")
