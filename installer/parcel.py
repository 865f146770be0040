"""A parcel of everything that says what happened on this machine, for whoever helps; secrets are taken out."""

import io
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

from installer.answers import Answers
from installer.errors import HostError, XenstrapError
from installer.facts import Facts
from installer.files import write_atomically
from installer.host import Host
from installer.journal import Journal
from installer.newroot import draw
from installer.report import plan_lines
from installer.resources.boot import GRUB_CFG, GRUBENV
from installer.secrets import lines_without_secrets, without_secrets
from installer.status import read_status

STATE_FILES = ("journal.jsonl", "log", "verify.json", "motd", "issue")
FILES = (GRUB_CFG, GRUBENV, "/etc/default/grub", "/etc/fstab", "/etc/os-release", "/proc/cmdline")
FOLDERS = ("/etc/default/grub.d", "/sys/fs/pstore", "/var/lib/systemd/pstore", "/var/log/xen")
COMMANDS = (
    *(f"journalctl --boot={boot} --no-pager --output=short-precise --lines=20000" for boot in (0, -1, -2)),
    *("journalctl --list-boots --no-pager", "dmesg", "systemctl --failed --no-pager --no-legend"),
    *("xl info", "xl list", "xl vcpu-list", "xl dmesg", "efibootmgr --verbose"),
    *("lsblk --fs", "findmnt", "ip -details address", "ip route", "ip -6 route", "bridge link", "lspci -nnk"),
    "dpkg-query --list xen* libxen* linux-image* grub* qemu-system-xen",
)


def write_parcel(target: Path, host: Host, journal: Journal, facts: Facts | str, state: Path) -> int:
    """Write the parcel, for its owner alone; how many files are in it. HostError where something stands there."""
    if target.exists():
        raise HostError(f"{target} is there already", "name a file that is not")
    parcel = io.BytesIO()
    names: list[str] = []
    with tarfile.open(fileobj=parcel, mode="w:gz") as tar:
        for name, text in contents(host, journal, facts, state):
            content = text.encode("utf-8", "backslashreplace")
            entry = tarfile.TarInfo(f"xenstrap-report/{name}")
            entry.size, entry.mode, entry.mtime = len(content), 0o600, int(time.time())
            tar.addfile(entry, io.BytesIO(content))
            names.append(name)
    try:
        write_atomically(target, parcel.getvalue(), 0o600)
    except OSError as error:
        raise HostError(f"{target} cannot be written: {error.strerror}", "name another file") from error
    return len(names)


def contents(host: Host, journal: Journal, facts: Facts | str, state: Path) -> Iterator[tuple[str, str]]:
    """Name and text of everything, without secrets."""
    known = addresses(journal)
    for name in STATE_FILES:
        if (state / name).exists():
            text = (state / name).read_text("utf-8", "surrogateescape")
            yield name, lines_without_secrets(text, known) if name.endswith("jsonl") else without_secrets(text, known)
    told = facts if isinstance(facts, str) else facts.model_dump_json()
    yield "facts.json", lines_without_secrets(told, known)
    for name, text in (("status.json", status_now(host, journal)), ("plan.txt", plan_now(host, journal))):
        yield name, lines_without_secrets(text, known) if name.endswith("json") else without_secrets(text, known)
    for name in (*FILES, *(f"{folder}/{each}" for folder in FOLDERS for each in host.names(folder))):
        if text := readable(host, name):
            yield f"files{name}", without_secrets(text, known)
    for command in COMMANDS:
        if text := answer(host, command):
            yield f"commands/{command.replace('/', '-')}.txt", without_secrets(text, known)


def addresses(journal: Journal) -> set[str]:
    """What hooks are called with: an address may be a secret by itself, so may a command's words."""
    runs = [record.run for record in journal.records if record.run and record.run.verb == "apply"]
    hooks = [words for run in runs for words in run.answers.get("hooks", {}).values()]
    return {word for words in hooks for word in (words[1:] if words[:1] and words[0].startswith("/") else words)}


def status_now(host: Host, journal: Journal) -> str:
    """Where the machine stands, or why that cannot be told."""
    try:
        return read_status(host, journal).model_dump_json()
    except XenstrapError as error:
        return error.fact


def plan_now(host: Host, journal: Journal) -> str:
    """The plan of what was applied last, as it would be drawn now."""
    run = journal.last_run()
    if run is None or run.verb != "apply":
        return "nothing is applied on this machine"
    try:
        answers, facts = Answers.model_validate(run.answers), Facts.model_validate(run.facts)
        return "\n".join(plan_lines(draw(answers, facts, host, journal, notes=False), str))
    except XenstrapError as error:
        return error.fact


def readable(host: Host, name: str) -> str:
    """The text of a file, or why it cannot be read; "" for none, and for a folder."""
    if not host.path(name).is_file():
        return ""
    try:
        return host.read(name) or ""
    except HostError as error:
        return error.fact


def answer(host: Host, command: str) -> str:
    """What a command says; "" where there is no such program."""
    try:
        said = host.query(*command.split())
    except HostError as error:
        return error.fact
    return "" if said.status == 127 else said.stdout + said.stderr
