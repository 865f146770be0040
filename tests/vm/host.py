"""A machine with a checkout of xenstrap on it."""

import json
import os
from pathlib import Path

from tests.vm.machine import Machine

ROOT = Path(__file__).resolve().parent.parent.parent
THERE = "/opt/xenstrap"
LONG = 4800.0
CAPTURES = os.environ.get("XENSTRAP_VM_CAPTURES")


class Host:
    """A machine with a checkout on it, its answers, and the program's verbs."""

    def __init__(self, machine: Machine, answers: str) -> None:
        self.machine = machine
        self.answers = answers

    def xenstrap(self, words: str, expect: int = 0) -> str:
        """Run a verb as root; its standard output."""
        result = self.machine.run(f"cd /root && {THERE}/xenstrap {words} 2>/run/narration", timeout=LONG, check=False)
        narration = self.machine.run("cat /run/narration").stdout
        said = f"{result.stdout[-6000:]}\n{narration[-6000:]}"
        assert result.rc == expect, f"xenstrap {words} ended with {result.rc}:\n{said}"
        return result.stdout

    def events(self, words: str, expect: int = 0) -> list[dict[str, object]]:
        """Run a verb with --json; its lines."""
        return [json.loads(line) for line in self.xenstrap(f"{words} --json", expect).splitlines()]

    def wait_until_up(self) -> None:
        """Wait until systemd has started everything, the judge of a trial among it."""
        self.machine.run("systemctl is-system-running --wait", check=False)

    def json(self, command: str) -> list[dict[str, object]]:
        """The output of a command that prints JSON."""
        found: list[dict[str, object]] = json.loads(self.machine.run(command).stdout)
        return found

    def keep_facts(self, name: str) -> None:
        """Keep this machine's facts for the golden tests, where that was asked for."""
        if CAPTURES:
            Path(CAPTURES, f"{name}.json").write_text(self.xenstrap("facts"))
