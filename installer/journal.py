"""The state file: what was, what is under way and what is done, synced before and after each change."""

import errno
import json
import os
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from installer.errors import JournalError, remedy
from installer.files import make_directory, sync_directory
from installer.model import Model
from installer.resources.base import State

FORMAT = 1


class Run(Model):
    """The start of an apply or a rollback: with what answers, on what facts, after which plan."""

    verb: Literal["apply", "rollback"]
    version: str
    boot: str
    hash: str
    aim: str
    answers: dict[str, Any]
    facts: dict[str, Any]


class Before(Model):
    """A change about to be made: the resource's fields and its state now.

    `brought_by` names the resources that bring this one along; `early` marks what derives from others, recorded
    before the first of these changes, since it changes with them.
    """

    step: str
    kind: str
    fields: dict[str, Any]
    state: State
    brought_by: tuple[str, ...] = ()
    early: bool = False


class After(Model):
    """A change made: the state as observed afterwards."""

    kind: str
    name: str
    state: State


class End(Model):
    """How a run ended."""

    status: Literal["done", "failed", "cancelled"]
    text: str = ""


class Verified(Model):
    """What a verification found, in the boot with this id."""

    passed: bool
    boot: str = ""
    report: list[dict[str, Any]]


class Trial(Model):
    """What became of a trial that did not pass: back in plain Linux, acknowledged, or tried once more."""

    verdict: Literal["failed", "seen", "again"]
    text: str = ""
    hint: str = ""


class Network(Model):
    """What the guard made of the bridge: confirmed, the former network given back, or to be tried once more."""

    verdict: Literal["kept", "given back", "again"]
    text: str = ""
    hint: str = ""


class Record(Model):
    """One line of the journal; exactly one of its last seven fields is set (none in the first line)."""

    n: int
    time: str
    journal: int = FORMAT
    run: Run | None = None
    before: Before | None = None
    after: After | None = None
    end: End | None = None
    verified: Verified | None = None
    trial: Trial | None = None
    network: Network | None = None


class Journal:
    """The records so far, and the way to add one. Readers need no lock; a writer holds `Lock`."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "journal.jsonl"
        self.records: list[Record] = []
        self._whole = 0
        if self.path.exists():
            self._load()

    def add(self, entry: Run | Before | After | End | Verified | Trial | Network) -> None:
        """Append one record and sync it; JournalError where the disk does not take it."""
        if not self.records:
            self._append(Record(n=0, time=now()))
        self._append(
            Record.model_validate({"n": len(self.records), "time": now(), type(entry).__name__.lower(): entry})
        )

    def touched(self) -> dict[tuple[str, str], Before]:
        """Each resource that is not in its first state any more: that state with the newest fields, oldest first."""
        first: dict[tuple[str, str], Before] = {}
        for record in self.records:
            if record.before:
                key = (record.before.kind, record.before.fields["name"])
                known = first.setdefault(key, record.before)
                first[key] = known.model_copy(update={"fields": record.before.fields})
            if record.after:
                key = (record.after.kind, record.after.name)
                if key in first and first[key].state == record.after.state:
                    del first[key]
        return first

    def in_flight(self) -> list[Before]:
        """Changes that were begun and whose end was not recorded."""
        open_changes: dict[tuple[str, str], Before] = {}
        for record in self.records:
            if record.before and not record.before.early:
                open_changes[(record.before.kind, record.before.fields["name"])] = record.before
            if record.after:
                open_changes.pop((record.after.kind, record.after.name), None)
        return list(open_changes.values())

    def last_run(self) -> Run | None:
        """The newest run."""
        return next((record.run for record in reversed(self.records) if record.run), None)

    def last_end(self) -> End | None:
        """How the newest run ended, None while it has not (or was cut off)."""
        for record in reversed(self.records):
            if record.end or record.run:
                return record.end
        return None

    def last_verified(self) -> Verified | None:
        """The newest verification after the newest run."""
        for record in reversed(self.records):
            if record.verified or record.run:
                return record.verified
        return None

    def _load(self) -> None:
        try:
            raw = self.path.read_bytes()
        except OSError as error:
            raise JournalError(f"{self.path} cannot be read: {error.strerror}", remedy(error)) from error
        self._whole = raw.rfind(b"\n") + 1  # what follows was torn by a power cut before it was synced
        for number, line in enumerate(raw[: self._whole].split(b"\n")[:-1]):
            self.records.append(self._parse(number, line))

    def _parse(self, number: int, line: bytes) -> Record:
        try:
            fields = json.loads(line)
            if isinstance(fields, dict) and fields.get("journal") != FORMAT:
                raise JournalError(
                    f"{self.path} has format {fields.get('journal')}, this xenstrap writes format {FORMAT}",
                    "use the xenstrap that wrote it",
                )
            if fields.pop("crc") != zlib.crc32(canonical(fields)) or fields["n"] != number:
                raise ValueError("checksum or number differ")
            return Record.model_validate(fields)
        except (ValueError, KeyError, AttributeError, ValidationError) as error:
            raise JournalError(
                f"{self.path}, line {number + 1} is damaged",
                f"restore the file from a backup, or move it away: xenstrap then no longer knows what to roll back "
                f"(the lines before {number + 1} still say it)",
            ) from error

    def _append(self, record: Record) -> None:
        fields = record.model_dump(mode="json", exclude_none=False)
        line = canonical(fields | {"crc": zlib.crc32(canonical(fields))}) + b"\n"
        try:
            fresh = not self.path.exists()
            make_directory(self.path.parent, 0o700)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                os.ftruncate(handle, self._whole)
                if os.pwrite(handle, line, self._whole) != len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(handle)
            finally:
                os.close(handle)
            if fresh:
                sync_directory(self.path.parent)
        except OSError as error:
            fact = f"{self.path} cannot be written: {error.strerror}; nothing further was changed"
            raise JournalError(fact, remedy(error)) from error
        self._whole += len(line)
        self.records.append(record)


def canonical(fields: dict[str, Any]) -> bytes:
    """JSON with a fixed order of keys and no spaces, lone surrogates escaped."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")


def now() -> str:
    """The time in UTC, as 2026-11-30T12:00:00Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
