"""What goes wrong while a new Debian comes onto a blank disk is said, all is closed, and the next `apply` goes on.

`tests/vm/run --long -k blank_faults`
"""

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.vm.bad_disk import BadDisk
from tests.vm.conftest import Boot
from tests.vm.host import ROOT, THERE, Host
from tests.vm.mirror import host_mirror
from tests.vm.qemu import BlankDisk
from tests.vm.recipe import SAME_ADDRESSES
from tests.vm.share import project_files
from tests.vm.stalling import StallingMirror
from tests.vm.test_blank import BYSTANDER, KEY, SMALLER, TARGET, answer, opening

NEW = BlankDisk("xenstrap-root", 16384, port=True)
BY_ID = f"/dev/disk/by-id/{NEW.id}"
ANSWERS = f"""\
serial.port = "com1"
boot.linux_options = ["{SAME_ADDRESSES}"]
hooks.on_progress = ["/root/small"]
packages.hvm = false
packages.pvgrub = false
[install]
suite = "bookworm"
root = "6G"
disk = ["{NEW.id}"]
ssh_keys = ["{KEY}"]
"""
BOUND = 480.0
"""Seconds in which `apply` gives up on a mirror that says nothing more; xenstrap waits for 300."""
MIDWAY = 80
"""MiB written while mmdebstrap is at work: it has fetched its lists, and not all of its packages are unpacked."""
WITHIN = "toolstack"
"""The step of the dom0 before which its volume group is made."""
TOLD = """\
#!/bin/bash
# The test on the other side hears of each step.
{ exec 3<>/dev/tcp/10.0.2.2/PORT && printf 'GET /%s HTTP/1.0\\r\\n\\r\\n' "$XENSTRAP_STEP" >&3 && cat <&3; } >/dev/null
exec /root/small
"""


@pytest.mark.long
def test_what_goes_wrong_midway_is_said_and_gone_on_from(boot: Boot) -> None:
    live = boot("bookworm-bios-ifupdown-live", serial="xenstrap-live", disks=(NEW, BYSTANDER))
    live.run(f"head -c 64M /dev/urandom > /dev/disk/by-id/{BYSTANDER.id}")
    untouched = live.run(f"sha256sum /dev/disk/by-id/{BYSTANDER.id}").stdout
    live.push(ROOT, THERE, project_files(ROOT))
    live.run(f"cat > /root/small <<'E'\n{SMALLER}E\nchmod +x /root/small")
    host, disk = Host(live, ANSWERS), BadDisk(live, NEW)
    a_mirror_that_stalls(host)
    a_disk_that_is_pulled_out(host, disk)
    a_disk_that_fails_early(host, disk)
    a_disk_that_fails_late(host, disk)
    answer(host, ANSWERS)
    host.xenstrap("apply answers.toml --yes")
    closed(host)
    assert "Next: restart into the new system" in host.xenstrap("status")
    again = host.events("apply answers.toml --yes")
    assert {event["id"] for event in again if event["event"] == "settled" and not opening(event)} == set()
    closed(host)
    live.run(f"e2fsck -fn {BY_ID}-part2")
    assert live.run(f"sha256sum /dev/disk/by-id/{BYSTANDER.id}").stdout == untouched
    live.power_off()


def a_mirror_that_stalls(host: Host) -> None:
    """In the middle of a package, and whatever is asked of it then: that has an end."""
    archive = urlsplit(host_mirror().archive)
    with StallingMirror(f"{archive.scheme}://{archive.netloc}", at=20) as mirror:
        address = f"http://10.0.2.2:{mirror.port}{archive.path}"
        answer(host, f'{ANSWERS}mirror = "{address}"\n')
        failing(host, f"--erase {NEW.id}", f"nothing more has come from {address}", "install.mirror")
        assert time.monotonic() - mirror.stalled < BOUND


def a_disk_that_is_pulled_out(host: Host, disk: BadDisk) -> None:
    """While mmdebstrap writes to it; it is missed, and known again once it is back."""
    answer(host, ANSWERS)
    with disk.once_written(MIDWAY, "pull") as done:
        failing(host, "", f"the disk {NEW.id} is gone", "dmesg")
    assert done.is_set()
    assert f"No disk answers to {NEW.id}" in host.xenstrap("apply answers.toml --yes", expect=2)
    disk.put_back()


def a_disk_that_fails_early(host: Host, disk: BadDisk) -> None:
    """While mmdebstrap writes to it."""
    answer(host, ANSWERS)
    with disk.once_written(MIDWAY, "fail") as done:
        failing(host, "", f"the disk {NEW.id} fails", "dmesg")
    assert done.is_set()
    disk.mend()


def a_disk_that_fails_late(host: Host, disk: BadDisk) -> None:
    """While Xen is put into the new system, whose volume group is open by then."""
    with told_of(WITHIN, disk.fail) as port:
        host.machine.run(f"cat > /root/told <<'E'\n{TOLD.replace('PORT', str(port))}E\nchmod +x /root/told")
        answer(host, ANSWERS.replace("/root/small", "/root/told"))
        failing(host, "", f"the disk {NEW.id} fails", "dmesg")
    disk.mend()


def failing(host: Host, words: str, *said: str) -> None:
    """`apply` fails and says at what; all is closed; `status` says what was done and in flight, and what is next."""
    host.xenstrap(f"apply answers.toml --yes {words}", expect=1)
    narration = host.machine.run("cat /run/narration").stdout
    closed(host)
    assert [each for each in said if each not in narration] == [], narration[-3000:]
    assert "Traceback" not in narration
    status = host.xenstrap("status")
    assert said[0] in status
    assert " changes were made" in status
    assert "Next: `xenstrap apply` with the same answers goes on from here." in status


def closed(host: Host) -> None:
    """Nothing of the new system is mounted, in no namespace, and nothing stands on a disk any more."""
    assert host.machine.run(f"grep -ls {TARGET} /proc/[0-9]*/mountinfo", check=False).stdout == ""
    assert host.machine.run("dmsetup ls").stdout.strip() == "No devices found"


@contextmanager
def told_of(step: str, do: Callable[[], None]) -> Iterator[int]:
    """A port of this host where a hook tells of its steps: at one of them something is done."""

    class Answering(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == f"/{step}":
                do()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
