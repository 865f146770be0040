"""The state file: what it tolerates, and what it refuses."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installer.errors import HostError, JournalError
from installer.journal import After, Before, End, Journal
from installer.lock import BusyError, Lock
from installer.log import Log

BEFORE = Before(step="boot", kind="file", fields={"name": "/etc/a", "text": "new"}, state=None)
AFTER = After(kind="file", name="/etc/a", state={"text": "new", "mode": "0644"})


def filled(path: Path) -> bytes:
    """A journal of a few records, as bytes."""
    journal = Journal(path)
    for entry in (BEFORE, AFTER, End(status="done")):
        journal.add(entry)
    return journal.path.read_bytes()


def test_it_is_for_root_alone(tmp_path: Path) -> None:
    filled(tmp_path / "state")
    assert (tmp_path / "state/journal.jsonl").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


@given(st.integers(0, 10**6))
def test_a_torn_last_line_is_forgotten_and_written_over(tmp_path_factory: pytest.TempPathFactory, where: int) -> None:
    path = tmp_path_factory.mktemp("journal")
    whole = filled(path)
    last = whole[:-1].rfind(b"\n") + 1
    cut = last + where % (len(whole) - last)
    (path / "journal.jsonl").write_bytes(whole[:cut])
    journal = Journal(path)
    assert len(journal.records) == 3
    journal.add(End(status="failed", text="again"))
    assert [record.n for record in Journal(path).records] == [0, 1, 2, 3]
    assert journal.path.read_bytes().endswith(b"}\n")
    assert Journal(path).last_end() == End(status="failed", text="again")


@given(st.integers(0, 10**6), st.integers(1, 127))
def test_any_other_damage_is_refused_with_what_to_do(
    tmp_path_factory: pytest.TempPathFactory, where: int, bits: int
) -> None:
    path = tmp_path_factory.mktemp("journal")
    whole = bytearray(filled(path))
    whole[where % (len(whole) - 1)] ^= bits
    (path / "journal.jsonl").write_bytes(whole)
    with pytest.raises(JournalError, match=r"line \d+ is damaged|has format") as caught:
        Journal(path)
    assert caught.value.hint


def test_a_line_that_is_missing_is_noticed(tmp_path: Path) -> None:
    lines = filled(tmp_path).splitlines(keepends=True)
    (tmp_path / "journal.jsonl").write_bytes(lines[0] + lines[2] + lines[3])
    with pytest.raises(JournalError, match="line 2 is damaged"):
        Journal(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text(json.dumps({"n": 0, "journal": 2}) + "\n")
    with pytest.raises(JournalError, match="has format 2, this xenstrap writes format 1"):
        Journal(tmp_path)


def test_a_full_disk_is_an_error_and_the_journal_stays_good(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add(BEFORE)
    os.chmod(tmp_path / "journal.jsonl", 0o600)
    code = (
        "import resource, signal, sys; from pathlib import Path; from installer.journal import Journal, End\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"journal = Journal(Path({str(tmp_path)!r})); size = journal.path.stat().st_size + 20\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))\n"
        "journal.add(End(status='done'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "JournalError" in done.stderr
    assert "cannot be written" in done.stderr
    assert len(Journal(tmp_path).records) == 2


def test_in_flight_is_what_was_begun_and_not_ended(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add(BEFORE)
    assert Journal(tmp_path).in_flight() == [BEFORE]
    journal.add(AFTER)
    assert Journal(tmp_path).in_flight() == []


def test_the_second_run_is_kept_out_and_told_the_first_ones_pid(tmp_path: Path) -> None:
    with Lock(tmp_path):
        code = f"from pathlib import Path; from installer.lock import Lock\nwith Lock(Path({str(tmp_path)!r})): pass"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert f"another xenstrap is at work on this machine (pid {os.getpid()})" in done.stderr
    with Lock(tmp_path):
        pass


def test_a_lock_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HostError, match="cannot be opened"), Lock(tmp_path / "file"):
        pass


def test_a_lock_on_a_full_disk_holds_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, content: bytes, offset: int) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with Lock(tmp_path), pytest.raises(BusyError, match="pid unknown"), Lock(tmp_path):
        pass


def test_a_log_says_what_a_full_disk_did_not_take(tmp_path: Path) -> None:
    log = Log(tmp_path)
    with open("/dev/full", "wb", buffering=0) as full, pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "_file", full)
        log("lost")
    log("kept")
    log("kept, too")
    log.close()
    told = [line.partition("Z ")[2] for line in (tmp_path / "log").read_text().splitlines()]
    assert told == ["(lines are missing here: No space left on device)", "kept", "kept, too"]


def test_a_line_of_the_log_that_a_full_disk_took_in_part_ends_before_the_next_one(tmp_path: Path) -> None:
    log = Log(tmp_path)
    with open(tmp_path / "log", "ab", buffering=0) as whole, pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "_file", SimpleNamespace(write=lambda line: whole.write(line[:-9])))
        log("torn by a full disk")
    log("kept")
    log.close()
    told = [line.partition("Z ")[2] for line in (tmp_path / "log").read_text().splitlines()]
    assert told == ["torn by a f", "(lines are missing here: the disk was full)", "kept"]


def test_nothing_of_a_long_torn_line_stays_behind_a_shorter_new_one(tmp_path: Path) -> None:
    whole = filled(tmp_path)
    (tmp_path / "journal.jsonl").write_bytes(whole + b'{"n": 4, "before": "' + b"x" * 5000)
    journal = Journal(tmp_path)
    journal.add(End(status="done"))
    assert journal.path.read_bytes().endswith(b"}\n")
