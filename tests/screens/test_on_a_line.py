"""The wizard on a serial line: an early page, the serial look, nothing but a VT100's words, an exit without a trace."""

from pathlib import Path

import pytest

from screens.purpose import BRIEF_LOOKING
from screens.start import first_page
from tests.serial_line.line import ROOT, program

FACTS = ROOT / "tests/captured/trixie-uefi-networkd-native.json"


def words(*more: str) -> tuple[str, ...]:
    """The wizard for a captured machine."""
    return "-m", "installer", *more, "wizard", "--facts", str(FACTS)


def test_from_the_early_page_through_two_screens(tmp_path: Path) -> None:
    with program(*words("--serial"), environ={"XDG_CACHE_HOME": str(tmp_path)}) as far:
        far.until_text(BRIEF_LOOKING)
        far.until_text("Welcome", "vm-trixie, Debian GNU/Linux 13 (trixie)", "Enter next")
        early = [line for line in first_page("vt100", 80, 24) if line.strip() not in ("", BRIEF_LOOKING)]
        assert [line for line in early if line not in far.text()] == []
        far.type(b"\r")
        far.until_text("Where guests keep their disks", "(*) auto")
        far.type(b"\x18")
        far.until_text("2 Leave")
        far.type(b"2")
        assert far.ended() == 0
        assert far.modes() == far.modes_before


@pytest.mark.parametrize(
    ("more", "environ", "said"),
    [
        (["--serial", "--size", "8x2"], {}, 'the size "8x2" is not COLUMNSxLINES'),
        (["--serial"], {"TEXTUAL_SERIAL_RATE": "fast"}, "TEXTUAL_SERIAL_RATE is 'fast', not bits a second"),
        (["--plain"], {"TEXTUAL_SERIAL_RATE": "fast"}, "TEXTUAL_SERIAL_RATE is 'fast', not bits a second"),
    ],
)
def test_a_wrong_word_is_said(tmp_path: Path, more: list[str], environ: dict[str, str], said: str) -> None:
    with program(*words(*more), environ={"XDG_CACHE_HOME": str(tmp_path), **environ}) as far:
        assert far.ended() == 2
        assert said in far.text()
