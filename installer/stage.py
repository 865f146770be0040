"""How the trial of the present answers, and their bridge, stand: told to the steps, which want what is right by now."""

from typing import Literal

from installer.facts_network import Network
from installer.model import Model


class Guarded(Model):
    """Where the bridge stands with its guard: not judged yet, kept, or the former network given back, and why."""

    name: Literal["untried", "kept", "given back"] = "untried"
    text: str = ""
    hint: str = ""
    time: str = ""


class Stage(Model):
    """Where the first boot into Xen stands.

    "untried": not begun, or armed and not started yet; "trying": GRUB has used up its one boot, and nobody has judged
    yet; "passed": verified; "failed": back in plain Linux; "seen": the same, acknowledged.
    What follows once it has passed, Xen as the default, has come to its end where it is `followed`.
    `text` is the reason of a failure, `hint` what belongs to it, `time` when it was judged. `former` is the network as
    it was when the answers were applied, for who verifies.
    """

    name: Literal["untried", "trying", "passed", "failed", "seen"] = "untried"
    text: str = ""
    hint: str = ""
    time: str = ""
    followed: bool = False
    network: Guarded = Guarded()
    former: Network | None = None

    @property
    def passed(self) -> bool:
        """Whether Xen may be the default."""
        return self.name == "passed"

    @property
    def left_open(self) -> bool:
        """Whether Xen may be the default, and nothing yet has made it that to the end."""
        return self.passed and not self.followed
