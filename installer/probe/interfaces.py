"""interfaces(5) as it is without us: /etc/network/interfaces and everything that it sources."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Literal

from installer.facts_network import Auto, Interfaces, Options, Stanza
from installer.host import Host
from installer.network.interfaces_text import OUR_FILE, Block, parse, selects, without_marks
from installer.probe.reading import Unread

TOP = "/etc/network/interfaces"
PLAIN_NAME = re.compile(r"^[a-zA-Z0-9_-]+$")
SECRET = re.compile(r"^(\s*(?:wpa-\S*(?:psk|passw|pin)\S*|wireless-key\S*)\s+).*", re.IGNORECASE)

Found = tuple[str, Block, list[str]]


def probe_interfaces(host: Host, unread: Unread) -> Interfaces:
    """Stanzas, the lines that bring interfaces up, and who reads them."""
    kind = flavour(host)
    if kind == "none":
        return Interfaces()
    found = list(read_tree(host, TOP, set(), unread))
    stanzas = tuple(read_stanzas(found))
    autos = tuple(
        Auto(
            path=path,
            line=block.numbers[0] + 1,
            word=block.word,
            names=block.head.words[1:],
            lines=taken(block.head.numbers, lines),
        )
        for path, block, lines in found
        if selects(block.word)
    )
    return Interfaces(
        flavour=kind,
        folder=any(OUR_FILE in sourced(host, path, block) for path, block, _ in found),
        stanzas=stanzas,
        autos=autos,
        mappings=tuple(read_mappings(found)),
    )


def flavour(host: Host) -> Literal["ifupdown", "ifupdown2", "ifupdown-ng", "none"]:
    """Which program reads interfaces(5), "none" where nothing does or networking is switched off."""
    if host.exists("/usr/share/ifupdown2"):
        return "ifupdown2"
    if host.exists("/usr/libexec/ifupdown-ng"):
        return "ifupdown-ng"
    if not host.exists("/usr/sbin/ifup") and not host.exists("/sbin/ifup"):
        return "none"
    enabled = host.query("systemctl", "is-enabled", "networking.service").stdout.strip()
    return "none" if enabled in ("disabled", "masked", "masked-runtime") else "ifupdown"


def read_tree(host: Host, path: str, seen: set[str], unread: Unread) -> Iterator[Found]:
    """Every stanza with its file and that file's lines, in the order of reading; our own file is left out.

    A file that is sourced twice is read once.
    """
    if path == OUR_FILE or path in seen or (text := unread.read(host, path)) is None:
        return
    seen.add(path)
    text = without_marks(text)
    lines = text.split("\n")
    for block in parse(text):
        yield path, block, lines
        for other in sourced(host, path, block):
            yield from read_tree(host, other, seen, unread)


def sourced(host: Host, path: str, block: Block) -> list[str]:
    """The files that a `source` or `source-directory` line reads; ours too, where the line would read it."""
    if block.word not in ("source", "source-directory"):
        return []
    files: list[str] = []
    for word in block.head.words[1:]:
        pattern = str(PurePosixPath(path).parent / word)
        if block.word == "source":
            files += [OUR_FILE] if matches_path(OUR_FILE, pattern) else []
            files += [name for name in expand(host, pattern) if name != OUR_FILE]
        else:
            for folder in expand(host, pattern):
                names = {name for name in host.names(folder) if PLAIN_NAME.match(name)}
                ours = {PurePosixPath(OUR_FILE).name} if folder == str(PurePosixPath(OUR_FILE).parent) else set()
                files += [f"{folder}/{name}" for name in sorted(names | ours)]
    return files


def matches_path(path: str, pattern: str) -> bool:
    """Whether a pattern of the shell, component by component, takes the path in."""
    mine, theirs = PurePosixPath(path).parts, PurePosixPath(pattern).parts
    return len(mine) == len(theirs) and all(fnmatchcase(one, other) for one, other in zip(mine, theirs, strict=True))


def expand(host: Host, pattern: str) -> list[str]:
    """The paths that a pattern of the shell stands for, sorted."""
    paths = [""]
    for part in PurePosixPath(pattern).parts[1:]:
        if not set(part).intersection("*?["):
            paths = [f"{path}/{part}" for path in paths]
            continue
        shown = "." if part.startswith(".") else ""
        paths = [
            f"{path}/{name}"
            for path in paths
            for name in host.names(path or "/")
            if fnmatchcase(name, part) and (shown or not name.startswith("."))
        ]
    return [path for path in paths if host.exists(path)]


def read_stanzas(found: list[Found]) -> Iterator[Stanza]:
    """The `iface` stanzas, each with the options that it inherits."""
    templates: dict[str, Options] = {}
    for path, block, lines in found:
        words = block.head.words
        if block.word != "iface" or len(words) < 2:
            continue
        heirs = words[words.index("inherits") + 1 :] if "inherits" in words else ()
        inherited = [option for name in heirs for option in templates.get(name, ())]
        own = [(option.words[0], safe(option.words[0], option.rest)) for option in block.options]
        options = tuple(inherited + own)
        templates[words[1]] = options
        plain = [word for word in words[2:] if word != "inherits" and word not in heirs]
        yield Stanza(
            path=path,
            line=block.numbers[0] + 1,
            name=words[1],
            family=plain[0] if plain else "inet",
            method=plain[1] if len(plain) > 1 else "manual",
            options=options,
            lines=taken(block.numbers, lines),
        )


def read_mappings(found: list[Found]) -> Iterator[str]:
    """Patterns of interfaces that get another name: in `mapping` stanzas, and as `auto PATTERN=NAME`."""
    for _, block, _ in found:
        if block.word == "mapping":
            yield from block.head.words[1:]
        elif selects(block.word):
            yield from (word.split("=")[0].removeprefix("/") for word in block.head.words[1:] if "=" in word)


def taken(numbers: tuple[int, ...], lines: list[str]) -> tuple[str, ...]:
    """Physical lines by their indices, without secrets."""
    return tuple(SECRET.sub(r"\1(secret)", lines[number]) for number in numbers)


def safe(key: str, value: str) -> str:
    """An option's value, unless it is a secret."""
    return "(secret)" if SECRET.match(f"{key} x") else value
