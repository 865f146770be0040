"""Hooks: what a command and a web server of ours are told, and that nothing of it can make a run fail."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from http.client import BadStatusLine
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from installer import hooks
from installer.answers import Hooks
from installer.commands import Output
from installer.errors import HostError
from installer.host import Host
from tests.cli.conftest import Desk, desk
from tests.debian import FakeDebian

__all__ = ["desk"]
SCRIPT = """#!/bin/sh
echo "$XENSTRAP_EVENT $XENSTRAP_VERB $XENSTRAP_STEP $XENSTRAP_REASON $*" >> {told}
"""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Path]:
    """A command that writes down what it is told, and where."""
    script, told = tmp_path / "tell-me", tmp_path / "told"
    script.write_text(SCRIPT.format(told=told))
    script.chmod(0o755)
    run = FakeDebian.run

    def really(host: FakeDebian, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        if argv[0] == str(script):
            return Host.run(Host(), *argv, env=env)
        return run(host, *argv, timeout=timeout, env=env)

    monkeypatch.setattr(FakeDebian, "run", really)
    return str(script), told


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A web server, and the JSON that it was sent."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if self.path == "/broken" else 204)
            self.end_headers()

        def log_message(self, format: str, *words: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}", received
        http.shutdown()


def section(**hook: str) -> str:
    """A section of an answer file."""
    return "[hooks]\n" + "".join(f"{key} = {json.dumps(value.split())}\n" for key, value in hook.items())


def test_a_command_is_told_the_beginning_each_step_and_the_end(desk: Desk, command: tuple[str, Path]) -> None:
    script, told = command
    all_three = section(on_progress=f"{script} --p", on_success=f"{script} --s", on_failure=script)
    assert desk("apply", desk.answers(all_three), "--yes") == 0
    lines = told.read_text().splitlines()
    assert lines[0] == "start apply   --p"
    assert [line.split()[2] for line in lines[1:-1]][:3] == ["boot", "memory", "cpus"]
    assert lines[-1].startswith("ok apply ")
    assert lines[-1].endswith(" --s")


def test_a_failure_is_told_with_its_reason(desk: Desk, command: tuple[str, Path]) -> None:
    script, told = command
    (desk.root / "etc/default/grub.d").write_text("in the way")
    assert desk("apply", desk.answers(section(on_failure=script)), "--yes") == 1
    assert told.read_text().startswith("failed apply boot /etc/default/grub.d/50-xenstrap.cfg cannot be")


def test_the_trial_and_the_rollback_are_told_too(desk: Desk, command: tuple[str, Path]) -> None:
    script, told = command
    assert desk("apply", desk.answers(section(on_success=script, on_failure=script)), "--yes") == 0
    assert desk.reboot()
    assert not desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert desk("trial") == 0
    assert desk.reboot()
    assert desk("trial", "--at-boot") == 0
    assert desk("rollback", "--yes") == 0
    words = [" ".join(line.split()[:2]) for line in told.read_text().splitlines()]
    assert words == ["ok apply", "failed trial", "ok trial", "ok rollback"]
    assert "crashed or hung" in told.read_text()


def test_an_address_gets_json(desk: Desk, server: tuple[str, list[dict[str, Any]]]) -> None:
    url, received = server
    assert desk("apply", desk.answers(section(on_success=f"{url}/run/7", on_progress=f"{url}/")), "--yes") == 0
    assert [received[0]["event"], received[1]["event"], received[-1]["event"]] == ["start", "progress", "ok"]
    assert {*received[-1]} == {"event", "verb", "hostname", "step", "reason", "time"}


def test_a_hook_that_fails_is_said_once_and_changes_nothing(
    desk: Desk, server: tuple[str, list[dict[str, Any]]]
) -> None:
    url, received = server
    broken = section(on_progress=f"{url}/broken", on_success="http://127.0.0.1:1/token")
    assert desk("apply", desk.answers(broken), "--yes") == 0
    assert len(received) == 1
    assert desk.err.count("a hook did not work") == 2
    assert "http://127.0.0.1: Internal Server Error" in desk.err
    assert "token" not in desk.err


def test_a_command_that_is_missing_or_fails_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    run = FakeDebian.run

    def fails(host: FakeDebian, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        if argv[0].startswith("/nowhere"):
            raise HostError(f"{argv[0]} did not end within {timeout:.0f} s")
        return run(host, *argv, timeout=timeout, env=env)

    monkeypatch.setattr(FakeDebian, "run", fails)
    assert desk("apply", desk.answers(section(on_success="/nowhere")), "--yes") == 0
    assert "/nowhere did not end within 20 s" in desk.err


def test_a_script_without_a_first_line_is_said_and_changes_nothing(desk: Desk, command: tuple[str, Path]) -> None:
    script, told = command
    Path(script).write_text(f"echo >> {told}\n")
    assert desk("apply", desk.answers(section(on_progress=script, on_success=script)), "--yes") == 0
    assert desk.err.count(f"a hook did not work, which changes nothing else: {script} cannot be started") == 1


def test_whatever_a_hook_fails_of_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    bad = BadStatusLine("https://user:PLANTED@host/")
    monkeypatch.setattr("urllib.request.urlopen", raising(bad))
    hooks.Teller(Hooks(on_success=("http://198.51.100.1/x",)), Host(tmp_path), "apply", said.append).tell("ok")
    assert said.pop() == "Note: a hook did not work, which changes nothing else: http://198.51.100.1: BadStatusLine"
    monkeypatch.setattr(threading.Thread, "start", raising(RuntimeError("can't start new thread")))
    hooks.Teller(Hooks(on_success=("http://198.51.100.1/x",)), Host(tmp_path), "apply", said.append).tell("ok")
    assert said.pop().endswith("RuntimeError")
    script = tmp_path / "tell"
    script.write_text(SCRIPT.format(told=tmp_path / "told"))
    script.chmod(0o755)
    hooks.Teller(Hooks(on_failure=(str(script),)), Host(), "apply", said.append).tell("failed", "\0torn")
    assert (said, (tmp_path / "told").read_text()) == ([], "failed apply  torn \n")


def raising(error: Exception) -> Callable[..., None]:
    """What fails in this way."""

    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_a_server_that_never_answers_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, release = threading.Event(), threading.Event()

    def hang(*_: object, **__: object) -> io.BytesIO:
        asked.set()
        release.wait(60)
        return io.BytesIO()

    monkeypatch.setattr(hooks, "TIMEOUT", 0.01)
    monkeypatch.setattr("urllib.request.urlopen", hang)
    said: list[str] = []
    hooks.Teller(Hooks(on_success=("http://198.51.100.1/x",)), Host(tmp_path), "apply", said.append).tell("ok")
    heard = asked.wait(60)
    release.set()
    assert heard
    assert "http://198.51.100.1 did not answer within 0 s" in said[0]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('["tell-me"]', '"tell-me" is neither a full path nor an http or https address'),
        ('["ftp://host/"]', "is neither a full path nor an http or https address"),
        ('["https://"]', "is neither a full path nor an http or https address"),
        ('["https://host/", "x"]', "an address stands alone, and more words follow it"),
        ('["/bin/x", "$(id)"]', "hooks.on_success"),
        ('"/bin/x"', "hooks.on_success"),
    ],
)
def test_what_is_no_hook_is_refused(desk: Desk, value: str, said: str) -> None:
    assert desk("check", desk.answers(f"[hooks]\non_success = {value}\n")) == 2
    assert said in desk.err


def test_a_command_may_say_a_word_twice(desk: Desk) -> None:
    assert desk("check", desk.answers('[hooks]\non_success = ["/bin/x", "-v", "-v"]\n')) == 0
