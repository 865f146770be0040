"""The program without Textual, on a small Debian: `python -m tests.plain.process FOLDER WORDS...`."""

import sys
from pathlib import Path
from typing import Any

absent: dict[str, Any] = dict.fromkeys(("textual", "rich", "screens.app"))
sys.modules.update(absent)

from installer.__main__ import main  # noqa: E402
from installer.machine import Machine  # noqa: E402
from screens import machines  # noqa: E402
from tests.debian import FakeDebian, LookOnlyDebian  # noqa: E402
from tests.machines import machine  # noqa: E402

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    host = FakeDebian(folder / "root")
    host.boot()
    facts = machine(hostname="h\u00f6st")
    made = Machine(folder / "state", LookOnlyDebian(folder / "root"), lambda _: facts, lambda: host)
    machines.make_machine = lambda facts: made
    sys.exit(main(sys.argv[2:]))
