"""xenstrap is killed while it makes a new system: while mmdebstrap works, and while packages come in there."""

from tests.vm.host import LONG, THERE, Host
from tests.vm.two_cuts import apply_until

INNER = "/run/xenstrap-target/var/lib/xenstrap/journal.jsonl"
MOMENTS = (
    "pgrep -x mmdebstrap > /dev/null && grep -q 'installing' /tmp/said",
    rf"[ -s {INNER} ] && tail -n 1 /tmp/said | grep -qE 'installing: .*\([2-7][0-9] %\)'",
)
"""What is true in the machine when it is killed."""
BEGUN = "what an xenstrap that was killed has begun"


def kill_twice(host: Host, words: str) -> None:
    """Apply with these words, and again after each kill; what is left to do is up to the caller."""
    for number, moment in enumerate(MOMENTS):
        apply_until(host.machine, words, moment, then="pkill -KILL -f '[i]nstaller apply'")
        told = host.xenstrap("status")
        assert "was cut off" in told
        assert "Next: `xenstrap apply` with the same answers goes on from here." in told
        assert ("In flight when it ended: package:" if number else "In flight when it ended: debian:") in told
        print(f"waited for what was left {wait_for_the_rest(host)} times")


def wait_for_the_rest(host: Host) -> int:
    """Until nobody is in the way of the next one, which says so; how often it did."""
    command = f"{THERE}/xenstrap rollback > /dev/null 2> /run/narration"
    times = 0
    while host.machine.run(command, timeout=LONG, check=False).rc:
        assert BEGUN in host.machine.run("cat /run/narration").stdout
        times += 1
    return times
