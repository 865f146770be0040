"""What can be wrong with the file itself: one sentence each, and exit code 2."""

import io
import os
import sys
from pathlib import Path
from threading import Thread

import pytest

from installer.answer_file import only_name, parse_answers, read_answers
from installer.answers import Answers
from installer.errors import AnswersError, Exit
from installer.faults import MOST, WrongAnswersError


def refused(path: Path | str) -> AnswersError:
    with pytest.raises(AnswersError) as caught:
        read_answers(path)
    assert caught.value.exit == Exit.ANSWERS
    assert caught.value.hint
    return caught.value


def test_an_empty_file_is_good(tmp_path: Path) -> None:
    (tmp_path / "answers.toml").touch()
    assert read_answers(tmp_path / "answers.toml").answers == Answers()


def test_missing() -> None:
    assert refused("/nowhere/answers.toml").fact == "there is no file /nowhere/answers.toml"


def test_directory(tmp_path: Path) -> None:
    assert refused(tmp_path).fact == f"{tmp_path} is a directory, not an answer file"


def test_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert refused(tmp_path / "a" / "b").fact == f"{tmp_path}/a/b cannot be read: Not a directory"


def test_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("a")
    assert refused(tmp_path / "a").fact == f"{tmp_path}/a cannot be read: Too many levels of symbolic links"


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answers.toml"
    path.touch(mode=0)
    if os.geteuid() == 0:

        def forbidden(*_: object) -> object:
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr(Path, "open", forbidden)
    assert refused(path).fact == f"{path} may not be read by this user"


def test_ten_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_bytes(b"# long\n" * 1_500_000)
    assert refused(path).fact == f"{path} is larger than 1 MiB: that is no answer file"


def test_without_end() -> None:
    assert refused("/dev/zero").fact == "/dev/zero is larger than 1 MiB: that is no answer file"


def test_one_mebibyte_of_comments_is_read(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_bytes(b"#" * (1024 * 1024 - 1) + b"\n")
    assert read_answers(path).answers == Answers()


@pytest.mark.parametrize("content", [b"\x7fELF\0\0", "[memory]".encode("utf-16")])
def test_binary(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "answers.toml"
    path.write_bytes(content)
    assert refused(path).fact == f"{path} is a binary file, not an answer file"


def test_other_encoding(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_bytes(b"[memory]\n# f\xfcr dom0\n")
    assert refused(path).fact == f"{path}:2: byte 0xfc is not UTF-8"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'[memory]\ndom0 = "2G"\n')))
    file = read_answers("-")
    assert file.answers.memory.dom0 == "2G"
    assert file.place("memory.dom0") == "standard input:2: memory.dom0"


def test_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = Thread(target=path.write_bytes, args=(b"[cpus]\npin = true\n",), daemon=True)
    writer.start()
    assert read_answers(path).answers.cpus.pin
    writer.join(30)
    assert not writer.is_alive()


def test_none_and_two() -> None:
    assert only_name(["a.toml"]) == Path("a.toml")
    with pytest.raises(AnswersError, match=r"^no answer file is named$"):
        only_name([])
    with pytest.raises(AnswersError, match=r"^2 answer files are named: a.toml, b.toml$"):
        only_name(["a.toml", "b.toml"])


def test_findings_are_placed() -> None:
    file = parse_answers('[memory]\n\ndom0 = "2G"\n[packages]\nextra = ["ovmf",\n"vim"]\n', "answers.toml")
    assert file.place("memory.dom0") == "answers.toml:3: memory.dom0"
    assert file.place("packages.extra") == "answers.toml:5: packages.extra"
    assert file.place("packages.extra[1]") == "answers.toml:6: packages.extra[1]"
    assert file.place("memory") == "answers.toml:1: memory"
    assert file.place("cpus.dom0") == "answers.toml: cpus.dom0"
    assert file.place("") == "answers.toml"


def test_very_many_faults_are_cut() -> None:
    with pytest.raises(WrongAnswersError) as caught:
        parse_answers("".join(f"key{number} = 1\n" for number in range(2000)), "answers.toml")
    assert len(caught.value.faults) == MOST
    assert caught.value.fact.splitlines()[0] == "answers.toml has 2000 faults:"
    assert caught.value.fact.splitlines()[-1] == f"  and {2000 - MOST} more"


def test_what_somebody_is_still_asked_about_may_contradict_itself(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_text('ask = ["bridge"]\nbridge.gateway4 = "192.0.2.1"\n')
    assert read_answers(path, lambda answers: answers.ask or ()).answers.bridge.gateway4
    path.write_text('ask = ["memory"]\nbridge.gateway4 = "192.0.2.1"\n')
    with pytest.raises(AnswersError, match="a gateway goes with an address"):
        read_answers(path, lambda answers: answers.ask or ())
