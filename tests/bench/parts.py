"""What debian-installer fetches of itself: a netboot image, and the parts (udebs) of its own point release.

Between two point releases an archive may serve an index of parts whose files are gone, or that its Release does not
name, while the files of the point release before are still there. They are what the image is given then.
"""

import gzip
import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from tests.vm.image import CACHE
from tests.vm.medium import apart, apt
from tests.vm.mirror import host_mirror

NUMBERS = {"bookworm": 12, "trixie": 13}
POOL = "pool/main/d/debian-installer-netboot-images"
IMAGE = "./usr/lib/debian-installer/images/{number}/amd64/text/debian-installer/amd64"
INDEX = "main/debian-installer/binary-amd64/Packages"
STATUS = "var/lib/dpkg/status"
HOST = "10.0.2.2"
"""This host, as machines see it (QEMU's user network)."""
Fields = dict[str, str]


def served(path: str) -> bool:
    """Whether the archive has a file."""
    try:
        with urlopen(Request(f"{host_mirror().archive}/{path}", method="HEAD"), timeout=60):
            return True
    except HTTPError as error:
        if error.code != 404:
            raise
        return False


def fetched(path: str) -> bytes:
    """A file of the archive."""
    with urlopen(f"{host_mirror().archive}/{path}", timeout=600) as answer:
        return bytes(answer.read())


def stanzas(text: str) -> list[Fields]:
    """Each paragraph of a control file, by field (deb822(5)); what goes on in further lines is left out."""
    return [dict(re.findall(r"^([\w-]+): (.*)$", each, re.MULTILINE)) for each in re.split(r"\n\n+", text.strip())]


def image_of(suite: str, parts: list[Fields]) -> Path | None:
    """The folder of the newest netboot image of whose kernel the archive serves `parts`; None where there is none.

    Of its package (debian-installer-NN-netboot-amd64) older versions are tried, from the newest that apt knows on.
    """
    if suite not in NUMBERS:
        return None
    package = f"debian-installer-{NUMBERS[suite]}-netboot-amd64"
    with apart(suite) as work:  # apt shows the newest first
        newest = stanzas(apt(work, "apt-cache", "show", package))[0]["Version"]
    for version in (newest, *before(newest)):
        place = unpacked(suite, f"{package}_{version}_all.deb")
        kernels = {part.partition("-modules-")[2] for part in installed(place)} - {""} if place else set[str]()
        if any(served(each["Filename"]) for each in parts if each["Package"].partition("-modules-")[2] in kernels):
            return place
    return None


def before(version: str) -> Iterator[str]:
    """Versions that may have come before one, by the number at its end: of a point release, or of a binary rebuild."""
    if found := re.fullmatch(r"(.*[ub])(\d+)", version):
        yield from (f"{found[1]}{number}" for number in range(int(found[2]) - 1, 0, -1))


def unpacked(suite: str, name: str) -> Path | None:
    """Kernel, initial RAM disk and the list of its parts, of a package of netboot images; None where there is none."""
    place = CACHE / "netboot" / name
    if place.exists():
        return place
    if not served(f"{POOL}/{name}"):
        return None
    work = place.with_name(f".{name}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    (work / "deb").write_bytes(fetched(f"{POOL}/{name}"))
    inside = IMAGE.format(number=NUMBERS[suite])
    shell = f"dpkg-deb --fsys-tarfile deb | tar -x --strip-components=10 {inside}/linux {inside}/initrd.gz && rm deb"
    subprocess.run(["sh", "-ec", shell], cwd=work, check=True)
    subprocess.run(["cpio", "--quiet", "--extract", "--make-directories", STATUS], cwd=work, check=True,
                   input=gzip.decompress((work / "initrd.gz").read_bytes()))  # fmt: skip
    work.rename(place)
    return place


def installed(image: Path) -> Fields:
    """The parts in an image, and their versions."""
    return {each["Package"]: each["Version"] for each in stanzas((image / STATUS).read_text())}


def parts_named(suite: str) -> list[Fields]:
    """The parts that the archive's index names, whether its Release names that index or not."""
    return stanzas(gzip.decompress(fetched(f"dists/{suite}/{INDEX}.gz")).decode())


def index_for(parts: list[Fields], image: Path) -> str:
    """An index of those parts that are served, of the image's point release where what is named is gone."""
    within = installed(image)
    own = {folder_of(each): within[each["Package"]] for each in parts if each["Package"] in within}
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda each: described(each, own.get(folder_of(each), "")), parts))
    return "\n\n".join(text for text in found if text) + "\n"


def folder_of(part: Fields) -> str:
    """Where in the pool a part lies, with all others of its source."""
    return part["Filename"].rpartition("/")[0]


def described(part: Fields, own: str) -> str:
    """A part's paragraph in an index; "" where it is not served. `own` is the version of its source in the image."""
    if served(part["Filename"]):
        return "\n".join(f"{name}: {value}" for name, value in part.items())
    for version in (own, *before(part["Version"])):
        name = f"{folder_of(part)}/{part['Package']}_{version.partition(':')[2] or version}_{part['Architecture']}.udeb"
        if version and served(name):
            content = fetched(name)
            control = subprocess.run(["dpkg-deb", "--field", "/dev/stdin"], input=content, check=True,
                                     capture_output=True).stdout.decode().strip()  # fmt: skip
            sums = f"Size: {len(content)}\nSHA256: {hashlib.sha256(content).hexdigest()}"
            return f"{control}\nFilename: {name}\n{sums}\nMD5sum: {hashlib.md5(content).hexdigest()}"
    return ""


def with_own_index(suite: str, index: str) -> dict[str, bytes]:
    """The files that an archive has with this index: it, and a Release that names it alone, without a signature."""
    content = gzip.compress(index.encode())
    head = fetched(f"dists/{suite}/Release").decode().partition("\nMD5Sum:")[0]
    release = f"{head}\nSHA256:\n {hashlib.sha256(content).hexdigest()} {len(content)} {INDEX}.gz\n"
    return {f"dists/{suite}/Release": release.encode(), f"dists/{suite}/{INDEX}.gz": content}


@contextmanager
def archive_with(files: dict[str, bytes]) -> Iterator[str]:
    """An archive that has these files, and for all others sends to this host's: its address for machines."""
    folder = urlsplit(host_mirror().archive).path
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Archive, {f"{folder}/{name}": files[name] for name in files})
    )
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}{folder}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Archive(BaseHTTPRequestHandler):
    """What answers there."""

    def __init__(self, files: dict[str, bytes], *words: object) -> None:
        self.files = files
        super().__init__(*words)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """A file of ours, or where it is."""
        content = self.files.get(self.path)
        self.send_response(302 if content is None else 200)
        if content is None:
            self.send_header("Location", urlsplit(host_mirror().archive)._replace(path=self.path).geturl())
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content or b"")

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *words: object) -> None:
        """Say nothing of it."""
