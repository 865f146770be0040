"""The gate to the machine: what it lets through, and what it refuses."""

import errno
import hashlib
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from installer.commands import end_session
from installer.errors import HostError
from installer.host import Host, LookOnlyHost, NoHost
from installer.running import session_of


def test_a_file_is_there_with_its_text_and_mode_or_not_there(tmp_path: Path) -> None:
    host = Host(tmp_path)
    host.write("/etc/a/b.conf", "text\udcff\n", 0o600)
    assert host.read("/etc/a/b.conf") == "text\udcff\n"
    assert (tmp_path / "etc/a/b.conf").read_bytes() == b"text\xff\n"
    assert host.mode("/etc/a/b.conf") == "0600"
    assert host.read("/etc/nothing") is None
    assert host.mode("/etc/a/b.conf/c") is None


def test_of_a_file_that_its_owner_alone_may_read_not_even_the_length_is_logged(tmp_path: Path) -> None:
    lines: list[str] = []
    host = Host(tmp_path, lines.append)
    host.write("/run/passphrase", "eight ch", 0o600)
    host.write("/etc/a", "eight ch")
    assert lines == ["wrote /run/passphrase (mode 0600)", "wrote /etc/a (8 characters, mode 0644)"]


def test_what_a_command_is_given_it_finds_on_its_standard_input_and_nobody_in_the_log() -> None:
    lines: list[str] = []
    host = Host(log=lines.append)
    digest = host.giving("eight ch").run("sha256sum").stdout
    assert digest == f"{hashlib.sha256(b'eight ch').hexdigest()}  -\n"
    assert not any(word in line for line in lines for word in ("eight ch", "characters"))
    assert host.ask("cat") == "", "the next command is given nothing"
    assert host.giving("unread" * 100_000).run("true").status == 0


def test_what_cannot_be_looked_at_is_an_error_not_an_absence(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    with pytest.raises(HostError, match="/etc cannot be read: Is a directory"):
        Host(tmp_path).read("/etc")


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host(tmp_path)
    host.write("/etc/a", "old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HostError, match="/etc/a cannot be written: No space left on device"):
        host.write("/etc/a", "new")
    assert os.listdir(tmp_path / "etc") == ["a"]
    assert host.read("/etc/a") == "old"


def test_who_is_killed_while_a_file_is_written_leaves_the_old_one_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    code = (
        "import os, signal; from pathlib import Path; from installer.files import write_atomically\n"
        "os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"write_atomically(Path({str(tmp_path / 'a')!r}), b'new', 0o644)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    assert os.listdir(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_a_filesystem_that_has_no_files_without_a_name_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.open

    def fat(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, "Operation not supported")
        return really(path, flags, mode)

    monkeypatch.setattr(os, "open", fat)
    Host(tmp_path).write("/efi/a", "new", 0o600)
    assert (os.listdir(tmp_path / "efi"), Host(tmp_path).mode("/efi/a")) == (["a"], "0600")


def test_a_finished_file_takes_anothers_place_and_mode_through_a_link_too(tmp_path: Path) -> None:
    host = Host(tmp_path)
    host.write("/boot/real", "old", 0o640)
    host.symlink("/boot/name", "real")
    host.write("/boot/new", "new")
    host.replace("/boot/name", "/boot/new")
    assert (host.read("/boot/real"), host.mode("/boot/real"), host.link("/boot/name")) == ("new", "0640", "real")
    with pytest.raises(HostError, match="/boot/name cannot be replaced by /boot/new: No such file"):
        host.replace("/boot/name", "/boot/new")


def test_a_finished_file_takes_a_place_on_another_filesystem_through_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, really = Host(tmp_path), os.replace
    host.write("/esp/grub.cfg", "old", 0o600)
    host.symlink("/boot/grub.cfg", "../esp/grub.cfg")

    def between(source: Path, target: Path) -> None:
        if Path(source).parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        really(source, target)

    monkeypatch.setattr(os, "replace", between)
    host.write("/boot/grub.cfg.new", "new")
    host.replace("/boot/grub.cfg", "/boot/grub.cfg.new")
    assert (host.names("/esp"), host.names("/boot")) == (["grub.cfg"], ["grub.cfg"])
    assert (host.read("/esp/grub.cfg"), host.mode("/esp/grub.cfg")) == ("new", "0600")
    assert host.link("/boot/grub.cfg") == "../esp/grub.cfg"


def test_a_link_replaces_what_stood_there(tmp_path: Path) -> None:
    host = Host(tmp_path)
    host.symlink("/etc/l", "../a")
    host.symlink("/etc/l", "../b")
    assert host.link("/etc/l") == "../b"
    assert host.exists("/etc/l")
    assert host.link("/etc") is None


def test_a_host_that_is_only_looked_at_refuses_every_change(tmp_path: Path) -> None:
    host = LookOnlyHost(tmp_path)
    for change in (
        lambda: host.write("/a", ""),
        lambda: host.remove("/a"),
        lambda: host.remove_directory("/a"),
        lambda: host.replace("/a", "/b"),
        lambda: host.symlink("/a", "b"),
        lambda: host.run("true"),
        lambda: list(host.stream("true")),
    ):
        with pytest.raises(HostError, match="only looked at"):
            change()
    assert os.listdir(tmp_path) == []


def test_what_is_not_done_in_time_is_an_error() -> None:
    with pytest.raises(HostError, match="sleep did not end within 0 s") as caught:
        Host().query("sleep", "1000", timeout=0.01)
    assert caught.value.hint == "try it by hand: sleep 1000"


def test_all_that_a_command_started_is_ended_with_it() -> None:
    # In a process group of its own, deaf to SIGTERM, and at our pipe: as the DHCP client that ifup(8) starts may be.
    script = "set -m; (trap '' TERM; echo started; exec sleep 1000) & wait"
    with subprocess.Popen(["bash", "-c", script], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout
        try:
            process.stdout.readline()
            assert len(list(session_of(process.pid))) == 2
            end_session(process)
            assert select.select([process.stdout], [], [], 60)[0], "somebody still has the pipe"
            assert process.stdout.read() == b""
        finally:
            for pid in session_of(process.pid):
                os.kill(pid, signal.SIGKILL)


def test_queries_answer_and_runs_must_succeed() -> None:
    said: list[str] = []
    host = Host(log=said.append)
    assert host.query("false").status == 1
    assert host.query("no-such-program-here").status == 127
    with pytest.raises(HostError, match="sh -c echo one >&2; exit 3 failed with status 3: one"):
        host.run("sh", "-c", "echo one >&2; exit 3")
    assert said[0].startswith("$ false  [1, ")
    assert "  one" in said[-1]
    with pytest.raises(HostError, match=r"failed with status 1: 3 / 4 / 5 / 6 / 7$") as caught:
        host.run("sh", "-c", "seq 7; exit 1")
    assert caught.value.status == 1
    assert caught.value.said == "1\n2\n3\n4\n5\n6\n7\n"


def test_the_environment_of_commands_is_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    monkeypatch.setenv("http_proxy", "http://proxy:3128")
    words = Host().ask("env").splitlines()
    assert "LC_ALL=C.UTF-8" in words
    assert "http_proxy=http://proxy:3128" in words
    assert not any("hunter2" in word for word in words)


def test_a_command_that_hangs_is_ended_and_named() -> None:
    with pytest.raises(HostError, match="tail did not end within 0 s"):
        Host().query("tail", "--follow", "/dev/null", timeout=0.2)


def test_a_stream_yields_status_lines_and_keeps_the_output_for_the_log() -> None:
    said: list[str] = []
    host = Host(log=said.append)
    lines = list(host.stream("bash", "-c", "echo out; echo one >&{fd}; echo two >&{fd}"))
    assert lines == ["one", "two"]
    assert "  out" in said[-1]
    with pytest.raises(HostError, match="failed with status 7: last words"):
        list(host.stream("sh", "-c", "echo last words; exit 7"))


def test_who_holds_a_lock_is_known_by_its_pid(tmp_path: Path) -> None:
    host, path = Host(tmp_path), tmp_path / "lock"
    path.write_text("")
    assert host.lock_holder("/lock") is None
    assert host.lock_holder("/nothing") is None
    code = (
        f"import fcntl, sys; file = open({str(path)!r}, 'r+'); fcntl.lockf(file, fcntl.LOCK_EX); "
        "print(flush=True); sys.stdin.read()"
    )
    argv = [sys.executable, "-c", code]  # it ends with its input
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        assert host.lock_holder("/lock") == holder.pid


def test_no_host_has_nothing() -> None:
    host = NoHost()
    assert (host.read("/etc/passwd"), host.names("/etc"), host.exists("/etc"), host.ask("true")) == (
        None,
        [],
        False,
        "",
    )


def test_a_ctrl_c_meant_for_us_does_not_reach_a_command_half_way() -> None:
    own = str(os.getsid(0))
    asked = ("sh", "-c", "cut -d ' ' -f 6 /proc/self/stat")
    assert Host().ask(*asked).strip() != own
    said: list[str] = []
    list(Host(log=said.append).stream(*asked))
    assert said[-1].splitlines()[-1].strip() != own
