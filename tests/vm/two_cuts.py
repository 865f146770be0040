"""The power fails twice while xenstrap applies: within the packages, and within the boot menu."""

import json

from tests.vm.host import LONG, THERE, Host
from tests.vm.machine import Machine

CUT = (
    r"grep -qE 'installing: (Unpack|Prepar|Config|Install).*\([3-9][0-9] %\)' /tmp/said",
    "[ -s /boot/grub/grub.cfg.xenstrap.new ]",
)
"""What is true in the machine when its power fails."""


def cut_twice(host: Host, words: str) -> None:
    """Apply with these words, and again after each cut; what is left to do is up to the caller."""
    machine = host.machine
    for moment in CUT:
        apply_until(machine, words, moment)
        machine.kill()
        machine.start()
        machine.login(LONG)
        look_at_status(host)


def apply_until(machine: Machine, words: str, moment: str, then: str = "true") -> None:
    """Apply with these words until something is true in the machine; what is to be done at that moment is `then`."""
    apply = f"cd /root && {THERE}/xenstrap apply {words} > /tmp/said 2>&1"
    begun = f"rm -f /tmp/said; {{ {apply}; }} < /dev/null > /dev/null 2>&1 &"
    wait = f"while kill -0 $! 2> /dev/null && ! {{ {moment}; }}; do sleep 0.1; done"
    machine.run(f"{begun} {wait}; {{ {moment}; }} && {then} || {{ tail -n 40 /tmp/said; false; }}", timeout=LONG)


def look_at_status(host: Host) -> None:
    """Whatever was cut off, the machine runs, and says what is done and what is next."""
    told = host.xenstrap("status")
    (status,) = (json.loads(line) for line in host.xenstrap("status --json").splitlines())
    if status["run"] is None:
        assert told == "xenstrap has changed nothing on this machine.\n"
    elif status["pending"]:
        assert status["end"] is None
        assert "was cut off" in told
        assert "Next: `xenstrap apply` with the same answers goes on from here." in told
