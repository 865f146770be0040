"""The new system from within: its base, its files, its accounts whose passwords nobody sees, and this program."""

import pytest

from installer import __version__
from installer.errors import HostError
from installer.resources.base import Progress, State
from installer.resources.debian import MARK, Account, Base, NewFile
from installer.resources.filesystem import TARGET
from installer.resources.program import AUTHORITIES, Program
from tests.blank.desk import LiveDesk, settle
from tests.blank.machines import HASH


def test_the_base_is_made_anew_until_it_is_whole(desk: LiveDesk) -> None:
    base = Base(name=TARGET, suite="trixie", sources=("deb http://mirror trixie main",), options=('A::B "c"',))
    desk.lines = ("I: running apt-get update...", "E: cannot find the archive", "E: mmdebstrap failed to run")
    desk.fails = "unshare --mount mmdebstrap"
    with pytest.raises(HostError) as error:
        settle(base, desk)
    assert error.value.fact == "Debian trixie could not be fetched: cannot find the archive"
    assert error.value.hint == "look at the network and at install.mirror, then apply again"
    assert base.observe(desk) is None
    desk.fails, desk.lines = "", ("I: downloading packages with apt...",)
    desk.ran.clear()
    said = list(base.settle(desk, base.expected()))
    assert said == [Progress(text="downloading packages with apt")]
    assert desk.ran[0] == f"find {TARGET} -xdev -mindepth 1 -delete"
    assert desk.ran[1].endswith(f'--aptopt=A::B "c" trixie {TARGET} deb http://mirror trixie main')
    assert desk.ran[2] == f"sync --file-system {TARGET}", "before it counts as whole"
    assert base.observe(desk) == base.expected()
    assert desk.in_target(MARK).read_text() == "trixie\n"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("auto lo\niface lan0 inet dhcp\n", True),
        ("#xenstrap# auto lo\n#xenstrap# iface lan0 inet dhcp\n", True),
        ("# a remark\nauto lo\niface lan0 inet dhcp\n", True),
        ("auto lo\n", False),
        ("", False),
    ],
)
def test_others_may_add_to_a_new_file_and_we_may_put_it_out_of_force(desk: LiveDesk, text: str, right: bool) -> None:
    file = NewFile(name=f"{TARGET}/etc/network/interfaces", text="auto lo\niface lan0 inet dhcp\n")
    assert file.observe(desk) is None
    desk.put(file.name, text)
    assert (file.observe(desk) == file.expected()) == right


def test_a_password_is_on_no_command_line_in_no_state_and_not_in_the_journal(desk: LiveDesk) -> None:
    account = Account(name="admin", folder=TARGET, password=HASH, keys=("ssh-ed25519 AAAA me",))

    def change(argv: tuple[str, ...]) -> None:
        if argv[0] == "chpasswd":
            desk.put(f"{TARGET}/etc/shadow", f"root:*:1::::::\nadmin:{HASH}:1::::::\n")
        if argv[0] == "install":
            desk.in_target("/home/admin/.ssh").mkdir(parents=True)

    desk.does = change
    ran = settle(account, desk)
    assert desk.heard == [f"admin:{HASH}\n"]
    assert not desk.in_target("/etc/xenstrap").exists(), "nor in a file that a power cut would leave"
    assert ran[:2] == [
        "chroot useradd --create-home --shell /bin/bash --groups sudo admin",
        "chroot chpasswd --encrypted",
    ]
    assert HASH not in str(ran) + str(account.expected()) + str(account.fields())
    assert account.observe(desk) == account.expected()
    other = account.model_copy(update={"password": HASH + "x"})
    assert other.observe(desk) != other.expected()


def test_root_without_a_password_is_what_the_base_has(desk: LiveDesk) -> None:
    desk.put(f"{TARGET}/etc/shadow", "root:*:1::::::\n")
    account: State = Account(name="root", folder=TARGET).observe(desk)
    assert account == Account(name="root", folder=TARGET).expected()


def test_the_program_goes_along_with_how_the_live_system_reaches_the_outside(desk: LiveDesk) -> None:
    program = Program(name="/opt/xenstrap", folder=TARGET, source="/root/x", carried=("/etc/pip.conf", "/etc/none"))
    desk.put("/etc/pip.conf", "[global]\n")
    ran = settle(program, desk)
    assert f"cp --recursive --no-target-directory /etc/pip.conf {TARGET}/etc/pip.conf" in ran
    assert not any("/etc/none" in line for line in ran)
    assert ran[-2:] == ["chroot /opt/xenstrap/xenstrap --version", f"sync --file-system {TARGET}"]
    desk.put(f"{TARGET}/opt/xenstrap/xenstrap")
    desk.put(f"{TARGET}/opt/xenstrap/installer/__init__.py", '__version__ = "0.0.1"\n')
    assert program.observe(desk) == {"version": "another", "ready": False}
    desk.put(f"{TARGET}/opt/xenstrap/installer/__init__.py", f'__version__ = "{__version__}"\n')
    assert program.observe(desk) == {"version": __version__, "ready": False}
    desk.put(f"{TARGET}/var/lib/xenstrap/python3.13/bin/python")
    assert program.observe(desk) == program.expected()
    desk.fails = "cp"
    with pytest.raises(HostError):
        settle(program, desk)
    assert program.observe(desk) != program.expected(), "some of it may not have come to the disk"


def test_authorities_of_the_place_are_made_known_where_there_are_any(desk: LiveDesk) -> None:
    program = Program(name="/opt/xenstrap", folder=TARGET, source="/root/x", carried=(AUTHORITIES,))
    desk.in_target(AUTHORITIES).mkdir(parents=True)
    assert "chroot update-ca-certificates" not in settle(program, desk)
    desk.put(f"{TARGET}{AUTHORITIES}/ours.crt")
    assert "chroot update-ca-certificates" in settle(program, desk)


def test_our_python_goes_along_where_the_new_system_has_the_same(desk: LiveDesk) -> None:
    program = Program(name="/opt/xenstrap", folder=TARGET, source="/root/x")
    desk.put("/var/lib/xenstrap/python3.11/bin/python")
    desk.put_link(f"{TARGET}/usr/bin/python3", "python3.13")
    assert not any("--archive" in line for line in settle(program, desk))
    desk.in_target("/usr/bin/python3").unlink()
    desk.put_link(f"{TARGET}/usr/bin/python3", "python3.11")
    ran = settle(program, desk)
    place = "/var/lib/xenstrap/python3.11"
    assert f"cp --archive --no-target-directory {place} {TARGET}{place}" in ran
    assert f"rm --recursive {TARGET}{place}" in ran, "here no Python answers in there, so it is of no use"
    assert ran[-2] == "chroot /opt/xenstrap/xenstrap --version"
