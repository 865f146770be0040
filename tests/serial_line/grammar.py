"""The words that may leave the driver: a subset of the VT100's, and nothing else."""

import re

_WORD = re.compile(
    rb"[ -~]"
    rb"|(?P<eight>[\x80-\xff])"
    rb"|[\x08\n\r\x0e\x0f\a]"
    rb"|\x1b\)0"
    rb"|\x1b\[\?7[hl]"
    rb"|\x1bM"
    rb"|\x1b\[(?:\d{1,3})?C"
    rb"|\x1b\[(?:\d{1,3})?(?:;\d{1,3})?H"
    rb"|\x1b\[[JK]"
    rb"|\x1b\[(?:\d{1,3};\d{1,3})?r"
    rb"|\x1b\[(?:;?(?:[147]|[349][0-7]|10[0-7])(?:;(?:[147]|[349][0-7]|10[0-7]))*)?m"
)


def check(line: bytes, eight_bits: bool = False) -> None:
    """Every byte belongs to a word of the grammar."""
    at = 0
    while at < len(line):
        word = _WORD.match(line, at)
        assert word, f"not in the grammar: {line[at : at + 20]!r} at byte {at}"
        assert eight_bits or not word["eight"], f"eight bits on a line of seven: {line[at : at + 20]!r} at byte {at}"
        at = word.end()
