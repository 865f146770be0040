"""What guards the bridge until it has been confirmed: a measure of the network before it, and who judges by that."""

import hashlib
import json
from collections.abc import Iterator

from installer.answers import Answers
from installer.facts import Facts
from installer.facts_network import Interfaces, Nic, Profile
from installer.finding import Finding, note, unfit, warn
from installer.network.ifupdown import interfaces_text, own_stanzas
from installer.network.networkmanager import identity
from installer.network.sections import last
from installer.network.switch import Span
from installer.resources.base import Resource
from installer.resources.files import File, Link
from installer.resources.guard import HAND, MEASURE, NetworkGuard
from installer.stage import Guarded
from installer.steps.bridge_choice import bridge_manager
from installer.steps.bridge_verify import had_ways
from installer.steps.words import is_plain_path
from installer.templates import render

UNIT = "xenstrap-network.service"
UNITS = "/etc/systemd/system"
WANTED = f"{UNITS}/multi-user.target.wants/{UNIT}"
GUARD = ("guard:network", f"file:{UNITS}/{UNIT}", f"link:{WANTED}")
AGAIN = "`xenstrap network --again` tries the same bridge once more; other answers are tried by themselves"


def guard_resources(nic: Nic, answers: Answers, facts: Facts) -> Iterator[Resource]:
    """The measure first, then who judges by it at the next start."""
    if not can_guard(facts):
        return
    bridge = answers.bridge
    yield NetworkGuard(
        name="network",
        guards=hashlib.sha256(json.dumps(bridge.model_dump(mode="json")).encode()).hexdigest()[:16],
        span=span_of(nic, answers, facts),
        here=nic.here,
        families=asked_families(answers),
        addressed=addressed_families(answers),
        client=facts.network.ssh_from or "",
        live=bridge.live and not in_force(facts),
        because="what answers now shall answer over the bridge, or the former network is given back",
    )
    text = render("network/guard.service", program=facts.program.path, measure=MEASURE)
    yield File(name=f"{UNITS}/{UNIT}", text=text, because="it judges the bridge without anybody logged in")
    yield Link(name=WANTED, target=f"../{UNIT}")


def can_guard(facts: Facts) -> bool:
    """Whether the program is still there after the restart, under a name that a unit of systemd can have."""
    return facts.program.lasting and is_plain_path(facts.program.path)


def in_force(facts: Facts) -> bool:
    """Whether a bridge of ours is up: what replaces it does so at a restart, from the files alone."""
    return any(name in facts.network.now.bridges for name in facts.network.now.ours)


def asked_families(answers: Answers) -> tuple[int, ...]:
    """The families that shall have a way out over the bridge as before: not those whose way the answers end."""
    bridge = answers.bridge
    ends = {4: "/" in bridge.ipv4 and not bridge.gateway4, 6: "/" in bridge.ipv6 and not bridge.gateway6}
    return tuple(family for family in addressed_families(answers) if not ends[family])


def addressed_families(answers: Answers) -> tuple[int, ...]:
    """The families of which the bridge shall have addresses."""
    asked = {4: answers.bridge.ipv4, 6: answers.bridge.ipv6}
    return tuple(family for family, kind in asked.items() if kind != "none")


def span_of(nic: Nic, answers: Answers, facts: Facts) -> Span:
    """What the bridge is made over, as its configurer knows it."""
    network, bridge, manager = facts.network, answers.bridge, bridge_manager(answers, facts)
    kind = nic.kind if nic.kind in ("vlan", "bond") else "nic"
    if manager == "ifupdown":
        before = "".join(f"{line}\n" for stanza in own_stanzas(nic, network.interfaces) for line in stanza.lines)
        after = interfaces_text(bridge, nic, network.interfaces)
        return Span(
            manager=manager,
            bridge=bridge.name,
            port=nic.name,
            kind=kind,
            before=before,
            after=after,
            members=tuple(members_of(nic, network.interfaces)),
        )
    if manager == "NetworkManager":
        members = nic.lower if nic.kind == "bond" else ()
        made = [bridge.name, "port", *(f"member-{member}" for member in members)]
        return Span(
            manager=manager,
            bridge=bridge.name,
            port=nic.name,
            kind=kind,
            former=tuple(uuids((nic.name, *members), network.profiles)),
            made=tuple(map(identity, made)),
        )
    return Span(manager=manager, bridge=bridge.name, port=nic.name, kind=kind)


def members_of(nic: Nic, interfaces: Interfaces) -> Iterator[str]:
    """The interfaces of a bond whose own stanzas name it (ifenslave's README.Debian)."""
    for stanza in interfaces.stanzas:
        if stanza.name in nic.lower and ("bond-master", nic.name) in stanza.options:
            yield stanza.name


def uuids(names: tuple[str, ...], profiles: tuple[Profile, ...]) -> Iterator[str]:
    """UUIDs of the profiles that these interfaces had, of those that have one."""
    for name in names:
        sections = next((profile.sections for profile in profiles if profile.nic == name), ())
        if found := last(sections, "connection", "uuid"):
            yield found


def unguarded(facts: Facts) -> Iterator[Finding]:
    """A bridge that nobody can judge after the restart."""
    if not can_guard(facts):
        yield warn(
            f"Nobody guards the bridge, made at the restart: {facts.program.path} cannot be started by systemd "
            "after it.",
            "copy the program to a disk of this machine, as /opt/xenstrap, and start it from there",
        )


def needs_somebody(nic: Nic, answers: Answers, facts: Facts) -> Iterator[Finding]:
    """A bridge with addresses over an interface without a gateway that could answer afterwards."""
    families = had_ways(nic, facts.network) & {*asked_families(answers)}
    new = can_guard(facts) and not in_force(facts) and not answers.bridge.live
    if new and not families and addressed_families(answers) and facts.network.now.addresses.get(nic.name):
        yield warn(
            f"There is no gateway on {nic.name} that could prove the bridge: unless name servers are reached over "
            "it alone, somebody has to say after the restart that it works.",
            "come back over the same ssh, or log in and say `xenstrap network --confirm`, within "
            f"{HAND / 60:.0f} minutes of the start; else the former network comes back",
            "bridge.nic",
        )


def not_at_once(network: Guarded, answers: Answers, facts: Facts) -> Iterator[Finding]:
    """A bridge that is asked for live in another's place."""
    if answers.bridge.live and network.name == "untried" and in_force(facts):
        yield note("A bridge of ours is in force: this one takes its place at the restart, whatever bridge.live says.")


def gave_back(network: Guarded) -> Iterator[Finding]:
    """Why there is no bridge: it did not do."""
    if network.name == "given back":
        yield warn(f"The bridge of these answers did not work, and is not made: {network.text}.", hint(network))


def missed(network: Guarded) -> Finding:
    """The same, for who has to judge the dom0."""
    return unfit(f"The bridge did not work, and the former network was given back: {network.text}.", hint(network))


def hint(network: Guarded) -> str:
    """What belongs to the reason, and the way to try again."""
    return f"{network.hint}; {AGAIN}" if network.hint else AGAIN
