"""apt's package lists: whole, or torn by a power cut, which apt itself takes for whole as long as they are new."""

import re
from collections.abc import Iterator

from installer.host import Host

DIGEST = '/usr/lib/apt/apt-helper cat-file "$1" | sha256sum'
"""Of a list that may be compressed (apt.conf(5), Acquire::GzipIndexes); of one that is not there, that of nothing."""


def torn_lists(host: Host) -> Iterator[str]:
    """The files of lists that are not what the archive's signed Release says (apt-get(8), indextargets).

    What is torn may be one archive's alone: without that of the security updates, apt finds an older version of a
    package elsewhere, and says nothing. A list whose digest no Release has is taken for whole.
    """
    told = host.query("apt-get", "indextargets", "--format", "$(METAKEY) $(FILENAME)", "Created-By: Packages").stdout
    for line in told.splitlines():
        key, _, name = line.partition(" ")
        place, found, _ = name.rpartition(key.replace("/", "_"))
        release = "".join(host.query("cat", f"{place}{kind}").stdout for kind in ("InRelease", "Release"))
        digest = re.search(rf"^ ([0-9a-f]{{64}}) +\d+ {re.escape(key)}$", release, re.MULTILINE)
        if found and digest and digest[1] not in host.query("sh", "-c", DIGEST, "sh", name).stdout:
            yield name
