"""Twenty starts and stops, in screens and in lines by turns: each goes on where the last one ended."""

import os
from pathlib import Path

from installer.lock import Lock
from tests.plain.paper import Desk, Paper, Script
from tests.screens.seat import Hands


def test_twenty_starts_and_stops_lose_nothing_and_leave_nothing(tmp_path: Path) -> None:
    desk, handles = Desk(tmp_path), 0
    untouched = desk.host.tree()
    for number in range(2, 12):

        def in_lines(paper: Paper, number: int = number) -> Script:
            if number > 2:
                paper.see("You stopped at Memory and CPUs")
            yield from paper.to("Memory")
            if number > 2:
                paper.see(f"[{number - 1}G]")
            yield f"{number}G"
            yield "q"
            yield "yes"

        async def in_screens(hands: Hands, number: int = number) -> None:
            await hands.see("You stopped at Memory and CPUs")
            await hands.press("1")
            await hands.see("How much of this machine")
            assert f"{number}G" in hands.screen
            await hands.press("f10")
            await hands.see("Nothing has been changed")
            await hands.press("2")

        assert desk.type(in_lines, hold=True) == 0
        assert desk.sit(in_screens, hold=True) == 0
        assert sorted(os.listdir(desk.state)) == ["draft.json", "lock"]
        open_now = len(os.listdir("/proc/self/fd"))
        assert handles in (0, open_now), f"handles are left open after {number - 1} rounds"
        handles = open_now
    with Lock(desk.state):
        assert desk.host.tree() == untouched
