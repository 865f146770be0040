"""Where a new Debian comes from: an archive on the network or on a mounted medium, and what its apt knows later."""

from collections.abc import Iterator, Sequence

from installer.answers_install import Install
from installer.facts import Facts
from installer.facts_outside import Medium
from installer.finding import Choice, Finding, note, warn, wrong
from installer.resources.filesystem import MEDIA

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def is_medium(archive: str) -> bool:
    """Whether an archive is a directory of a medium, not an address."""
    return archive.startswith("/")


def named(install: Install, facts: Facts) -> tuple[str, str]:
    """The archive, and that of the security updates, of the answers or of the live system's apt; "" for none."""
    live = facts.outside
    return (
        live.archive if install.mirror == "auto" else install.mirror,
        live.security if install.security == "auto" else install.security,
    )


def archives(install: Install, facts: Facts) -> tuple[str, str]:
    """Those that it is made from; updates on the network come later where the rest comes from a medium."""
    archive, security = named(install, facts)
    return archive, security if is_medium(security) or not is_medium(archive) else ""


def later(install: Install, facts: Facts) -> tuple[str, str]:
    """Those of the finished system: instead of a medium, which is taken out, what the live system's apt knows."""
    archive, security = named(install, facts)
    return lasting(archive, facts.outside.archive), lasting(security, facts.outside.security)


def lasting(archive: str, known: str) -> str:
    """An archive, or instead of one on a medium the other, where that is on the network."""
    return known if is_medium(archive) and known.startswith("http") else archive


def base_sources(install: Install, facts: Facts) -> tuple[str, ...]:
    """What mmdebstrap fetches from; packages of a medium are copied, since it runs dpkg where that is not mounted."""
    archive, security = (f"copy:{each}" if is_medium(each) else each for each in archives(install, facts))
    return tuple(lines(install, facts, archive, security))


def inner_sources(install: Install, facts: Facts) -> tuple[str, ...]:
    """What the new system's own apt fetches from while it is made; nothing where that is what it always does."""
    archive, security = archives(install, facts)
    places = {path: f"file:{place}" for path, place in media(install, facts).items()}
    if not places:
        return ()
    return tuple(lines(install, facts, places.get(archive, archive), places.get(security, security)))


def sources(install: Install, facts: Facts) -> tuple[str, ...]:
    """The finished system's apt sources (sources.list(5))."""
    archive, security = (f"file:{each}" if is_medium(each) else each for each in later(install, facts))
    return tuple(lines(install, facts, archive, security))


def lines(install: Install, facts: Facts, archive: str, security: str) -> Iterator[str]:
    """Sources as lines; a medium need not have updates."""
    suite = install.suite
    yield f"{source(archive)} {suite} main"
    made_from = find_medium(facts, archives(install, facts)[0])
    if archive.startswith("http") or (made_from and f"{suite}-updates" in made_from.signed):
        yield f"{source(archive)} {suite}-updates main"
    if security:
        yield f"{source(security)} {suite}-security main"


def source(archive: str) -> str:
    """The beginning of a source; updates on a medium are older than those on a network may be (apt-secure(8))."""
    old = "" if archive.startswith("http") else " check-valid-until=no"
    return f"deb [signed-by={KEYRING}{old}] {archive}"


def media(install: Install, facts: Facts) -> dict[str, str]:
    """The directories that it is made from, and where in the new system each of them is meanwhile."""
    archive, security = archives(install, facts)
    places = {security: f"{MEDIA}/security", archive: f"{MEDIA}/archive"}
    return {path: place for path, place in places.items() if is_medium(path)}


def find_medium(facts: Facts, path: str) -> Medium | None:
    """The mounted archive of that directory."""
    return next((medium for medium in facts.outside.media if medium.path == path), None)


def archive_findings(install: Install, facts: Facts) -> Iterator[Finding]:
    """What is wrong with where Debian shall come from, and what is good to know."""
    archive, security = archives(install, facts)
    if not archive:
        yield wrong("install.mirror", "Neither the live system's apt nor the answers know an archive of Debian.",
                    "give install.mirror the address of one, or mount a medium and give it the directory")  # fmt: skip
    wanted = (("mirror", archive, install.suite), ("security", security, f"{install.suite}-security"))
    faults = [fault for name, path, suite in wanted if is_medium(path)
              for fault in medium_faults(f"install.{name}", path, suite, facts)]  # fmt: skip
    yield from faults
    if not faults:
        yield from medium_notes(archive, *later(install, facts))
        if is_medium(archive) and install.suite == "bookworm" != facts.release.codename:
            yield warn("Without the network xenstrap cannot be set up in a bookworm from this live system: it takes"
                       " pydantic along from a live bookworm, or fetches it with pip.",
                       "start a live bookworm, or take another suite", "install.suite")  # fmt: skip
    if not later(install, facts)[1]:
        yield note("The live system's apt knows no archive of security updates, so the new system gets none.",
                   "give install.security the address of one", "install.security")  # fmt: skip


def medium_faults(key: str, path: str, suite: str, facts: Facts) -> Iterator[Finding]:
    """Why the archive in a directory cannot be used."""
    medium = find_medium(facts, path)
    if medium is None:
        there = ", ".join(each.path for each in facts.outside.media)
        yield wrong(key, f"No mounted medium has an archive of Debian in {path}.",
                    f"these are there: {there}" if there else f"mount it so that {path}/dists is there")  # fmt: skip
    elif suite in medium.unsigned:
        yield wrong(key, f"Nobody can tell whether {suite} in {path} is Debian's: it has no signature.",
                    "what debmirror makes is signed, Debian's own discs are not")  # fmt: skip
    elif suite not in medium.signed:
        yield wrong(key, f"{path} has no {suite}, but {', '.join(medium.signed + medium.unsigned)}.",
                    "take another medium, or another install.suite")  # fmt: skip


def archive_lacks(path: str, names: Sequence[str]) -> Finding:
    """An archive on a medium that does not have all that is needed."""
    return wrong("install.mirror", f"The archive in {path} lacks {', '.join(names)}.",
                 "a mirror of the suite's whole main has all of it; debmirror makes one")  # fmt: skip


def medium_notes(made_from: str, archive: str, security: str) -> Iterator[Finding]:
    """What comes of a system that is made from a medium."""
    if is_medium(made_from):
        after = "" if is_medium(archive) else f" Later its apt looks at {archive}, as the live system's does."
        yield note(f"Nothing of the new system is fetched from the network: all comes from {made_from}.{after}",
                   "`apt upgrade` brings it up to date once it has a network" if after else "",
                   "install.mirror")  # fmt: skip
    if left := sorted({path for path in (archive, security) if is_medium(path)}):
        yield note(f"The new system's apt finds {' and '.join(left)} only while the medium is mounted there again.",
                   "its /etc/apt/sources.list takes the address of an archive",
                   "install.mirror" if archive in left else "install.security")  # fmt: skip


def archive_choice(install: Install, facts: Facts) -> Iterator[Choice]:
    """Where Debian comes from, and because of what."""
    because = "asked for" if install.mirror != "auto" else "the live system's apt uses it"
    if archive := archives(install, facts)[0]:
        yield Choice(key="install.mirror", value=archive, because=because)
