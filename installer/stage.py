"""How the trial of the present answers stands, told to the steps: each then wants what is right by now."""

from typing import Literal

from installer.model import Model


class Stage(Model):
    """Where the first boot into Xen stands.

    "untried": not begun, or armed and not started yet; "trying": GRUB has used up its one boot, and nobody has judged
    yet; "passed": verified; "failed": back in plain Linux; "seen": the same, acknowledged.
    `text` is the reason of a failure, `hint` what belongs to it, `time` when it was judged.
    """

    name: Literal["untried", "trying", "passed", "failed", "seen"] = "untried"
    text: str = ""
    hint: str = ""
    time: str = ""

    @property
    def passed(self) -> bool:
        """Whether Xen may be the default."""
        return self.name == "passed"
