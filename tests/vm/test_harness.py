"""The harness itself: base images that boot, a serial line that tells the truth, a way in and out."""

import subprocess
from pathlib import Path

from installer.commands import record
from tests.bench.blank import spent
from tests.bench.debian_installer import cpio

from .conftest import Boot
from .machine import Machine
from .manifest import joined
from .recipe import RECIPES


def test_a_line_that_is_exact_a_way_in_and_out_a_power_cut_and_a_reboot(boot: Boot, tmp_path: Path) -> None:
    machine = boot("bookworm-bios-ifupdown")
    look_at_the_line(machine)
    push_and_pull(machine, tmp_path)
    before = machine.run("cat /proc/sys/kernel/random/boot_id").stdout
    machine.run("echo kept > /root/flushed && sync /root/flushed")
    machine.kill()
    machine.start()
    machine.login()
    assert machine.run("cat /root/flushed").stdout == "kept\n"
    machine.reboot()
    assert machine.run("cat /proc/sys/kernel/random/boot_id").stdout != before
    machine.power_off()

    assert machine.snapshot(tmp_path / "kept").disk.stat().st_size > 0


def test_a_name_with_a_backslash_is_read_as_sha256sum_writes_it() -> None:
    assert joined("/a\\x2db\tf 644 \n/c\tf 600 \n", "\\12  /a\\\\x2db\n34  /c\n") == {
        "/a\\x2db": "f 644 12",
        "/c": "f 600 34",
    }


def test_every_recipe_is_named_after_its_parts() -> None:
    assert {name: recipe.name for name, recipe in RECIPES.items()} == {name: name for name in RECIPES}


def test_the_bench_adds_up_what_our_log_says_of_each_program() -> None:
    lines = (
        record(("apt-get", "-o", "x=[1, 2.00 s]", "update"), 0, 1.25, "Get:1\n"),
        record(("apt-get", "install"), 100, 2.5, ""),
        record(("mmdebstrap", "trixie"), -9, 4.0, "I: x"),
        "wrote /etc/x (1 characters)",
    )
    log = "".join(f"2026-11-28T12:00:0{second}Z {line}\n" for second, line in enumerate(lines))
    assert spent(log, "2026-11-28T12:00:02Z") == {"apt-get": 3.75, "mmdebstrap": 4.0}
    assert spent(log, "2026-11-28T12:00:00Z") == {"apt-get": 1.25}


def test_what_debian_installer_is_told_is_an_archive_that_cpio_reads() -> None:
    packed = cpio({"preseed.cfg": "d-i x boolean true\n", "xen.sh": "true\n"})
    listed = subprocess.run(["cpio", "--list", "--quiet"], input=packed, stdout=subprocess.PIPE, check=True).stdout
    assert listed == b"preseed.cfg\nxen.sh\n"


def look_at_the_line(machine: Machine) -> None:
    """What comes over the serial line is exact."""
    assert machine.run("echo to-stdout; echo to-stderr >&2; exit 7", check=False).rc == 7
    assert machine.run("printf 'no newline at the end'").stdout == "no newline at the end"
    assert machine.run("true").stdout == ""
    assert machine.run("printf 'a\\r\\nb\\r\\n'").stdout == "a\r\nb\r\n"
    assert machine.run("seq 20000").stdout == "".join(f"{number}\n" for number in range(1, 20001))
    long_word = "x" * 10000
    assert machine.run(f"echo {long_word}").stdout == f"{long_word}\n"
    assert machine.run('printf "it\'s \\$HOME, \\`ticks\\` and\\ntwo lines"').stdout.startswith("it's $HOME, `ticks`")
    interrupted = machine.run("echo before; echo '<0>a kernel message' > /dev/kmsg; sleep 0.2; echo after").stdout
    assert interrupted == "before\nafter\n"


def push_and_pull(machine: Machine, tmp_path: Path) -> None:
    """What is pushed arrives, and comes back."""
    content = bytes(range(256)) * 4096
    (tmp_path / "tree" / "deep").mkdir(parents=True)
    (tmp_path / "tree" / "deep" / "binary").write_bytes(content)
    (tmp_path / "tree" / "script").write_text("#!/bin/sh\necho it runs\n")
    (tmp_path / "tree" / "script").chmod(0o755)

    machine.push(tmp_path / "tree", "/opt/tree")
    machine.push(tmp_path / "tree", "/opt/some", ["script"])
    machine.push(tmp_path / "tree" / "script", "/opt/one")

    assert machine.pull("/opt/tree/deep/binary") == content
    assert machine.run("/opt/tree/script").stdout == "it runs\n"
    assert machine.run("find /opt/some /opt/one -type f").stdout == "/opt/some/script\n/opt/one/script\n"
    assert machine.run("stat -c %U:%G /opt/tree/script").stdout == "root:root\n"
    assert "9p" not in machine.run("cat /proc/mounts").stdout
