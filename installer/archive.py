"""An archive of Debian in a directory: what of the wanted packages it does not have."""

import gzip
import lzma
import re
from collections.abc import Callable, Collection, Iterator

from installer.errors import HostError
from installer.host import Host

INDEX = "main/binary-amd64/Packages"
FORMS: dict[str, Callable[[bytes], bytes]] = {".xz": lzma.decompress, ".gz": gzip.decompress, "": bytes}


def lacking(host: Host, folder: str, suite: str, names: Collection[str]) -> list[str]:
    """The packages that neither the index of the suite nor the directory has; "main" where there is no index at all.

    On a host that does not show the directory nobody can tell, and nothing is said to be lacking.
    """
    if not host.names(folder):
        return []
    index = read_index(host, f"{folder}/dists/{suite}/{INDEX}")
    if index is None:
        return ["main"]
    stanzas = (found[0] for found in re.finditer(r"(?:.+\n)+", index))
    there = {name for stanza in stanzas for name in provided(stanza, host, folder, names)}
    return sorted(set(names) - there)


def read_index(host: Host, name: str) -> str | None:
    """The list of packages, however it is compressed; None where there is none."""
    for form, unpack in FORMS.items():
        if (raw := host.read_bytes(name + form)) is not None:
            try:
                return unpack(raw).decode("utf-8", "surrogateescape")
            except (lzma.LZMAError, OSError, EOFError) as error:
                raise HostError(f"{name}{form} is damaged: {error}", "take another medium, or make it anew") from error
    return None


def provided(stanza: str, host: Host, folder: str, wanted: Collection[str]) -> Iterator[str]:
    """What of the wanted a package is, or stands for, if its file is there (deb-control(5), Provides)."""
    fields = dict(re.findall(r"^(Package|Provides|Filename): (.+)$", stanza, re.MULTILINE))
    names = {word.split()[0] for word in f"{fields.get('Package', '')},{fields.get('Provides', '')}".split(",") if word}
    found = names.intersection(wanted)
    if found and host.exists(f"{folder}/{fields.get('Filename', '')}"):
        yield from found
