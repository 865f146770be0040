"""How a bridge is put to the test in namespaces, here or in a machine, and what has to have come of it."""

from collections.abc import Sequence
from typing import Any

ISOLATED = ("unshare", "--net", "--mount", "--pid", "--uts", "--fork", "--mount-proc", "--kill-child")
LIVE = ("ifupdown live", "networkd live", "NetworkManager live")
STACKED = (
    *((when, kind) for when in ("ifupdown at boot", *LIVE) for kind in ("vlan", "bond")),
    *((when, "members") for when in ("ifupdown at boot", "ifupdown live")),
)
SILENT_GATEWAY = "the gateway 192.0.2.1 on xenbr0 does not answer"


def trial_words(python: Sequence[str], case: str, when: str, kind: str) -> list[str]:
    """The command that makes a bridge over a `kind` of interface, at a restart or live, and judges it."""
    manager, *_, moment = when.split()
    field = (*python, "-m", "tests.guard.field", manager, kind, case, moment)
    return [*ISOLATED, "sh", "tests/guard/ground.sh", manager, kind, *field]


def check_given_back(found: dict[str, Any], reason: str) -> None:
    """The former network is there again: files and kernel alike, in time, and the reason said."""
    assert (found["measured"], found["verdict"], found["code"]) == ([True], "given back", 0)
    assert reason in found["text"]
    assert found["former"] == ["192.0.2.10"]
    assert "xenbr0" not in found["addresses"]
    assert (found["files as before"], found["units"]) == (True, [])
    before, after = found["IPv6"]
    assert before == after
    assert found["took"] <= 120, "seconds of the judge's own clock"


def check_kept(found: dict[str, Any]) -> None:
    """The bridge is there, and its guard has gone."""
    assert (found["measured"], found["verdict"], found["text"], found["code"]) == ([True], "kept", "", 0)
    assert found["addresses"]["xenbr0"] == ["192.0.2.10"]
    assert (found["former"], found["IPv6"][1]) == ([], [])
    assert (found["files as before"], found["units"]) == (False, [])
