"""How the machine starts: the traps that leave it stuck or in the wrong system, and the menu as it really is."""

import shutil
from pathlib import Path

import pytest

from installer.commands import Output, succeed
from installer.errors import HostError
from installer.facts import Firmware, Kernel
from installer.host import Host
from installer.resources.boot import GRUB_CFG, PLAIN, BootMenu, default_entry, menu_entries
from installer.stage import Stage
from installer.steps.boot import GUARD, BootStep
from installer.steps.packages import PackagesStep, wanted_packages
from installer.steps.start import NAME, StartStep
from tests.machines import BOOT, UUID, answers, dom0, errors, machine, texts

ENTRY = f"xen-gnulinux-simple-{UUID}"
MENU = """
if [ "${{next_entry}}" ] ; then
   set default="${{next_entry}}"
else
   set default="{default}"
fi
menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-{uuid}' {{
	linux	/boot/vmlinuz-6.12 root=UUID={uuid} ro console=tty0 quiet
	initrd	/boot/initrd.img-6.12
}}
submenu 'Advanced options for Debian GNU/Linux' $menuentry_id_option 'gnulinux-advanced-{uuid}' {{
	menuentry 'Debian GNU/Linux, with Linux 6.12' --class debian $menuentry_id_option 'gnulinux-6.12-advanced-{uuid}' {{
		linux	/boot/vmlinuz-6.12 root=UUID={uuid} ro
	}}
}}
menuentry '{title}' --class debian --class xen $menuentry_id_option 'xen-gnulinux-simple-{uuid}' {{
	multiboot2	/boot/{image} placeholder  dom0_mem=2048M,max:2048M ${{xen_rm_opts}}
	module2	/boot/vmlinuz-6.12 placeholder root=UUID={uuid} ro console=hvc0
	module2	--nounzip   /boot/initrd.img-6.12
}}
"""


def grub_cfg(
    default: str = ENTRY, title: str = "Debian GNU/Linux, with Xen hypervisor", image: str = "xen-4.20-amd64.gz"
) -> str:
    """A boot menu as 10_linux and 20_linux_xen write it."""
    return MENU.format(default=default, title=title, image=image, uuid=UUID)


def observed(tmp_path: Path, menu: BootMenu, text: str) -> object:
    """What the resource sees in a menu."""
    (tmp_path / "boot/grub").mkdir(parents=True, exist_ok=True)
    (tmp_path / "boot/grub/grub.cfg").write_text(text)
    return menu.observe(Host(tmp_path))


# Trap 0.1
def test_secure_boot_is_refused_before_anything_is_changed() -> None:
    facts = machine(firmware=Firmware(kind="uefi", secure_boot=True))
    (finding,) = errors(BootStep(), answers(), facts)
    assert "Secure Boot is on" in finding.text
    assert finding.fault == "host"
    assert not errors(BootStep(), answers(boot={"xen": False}), facts)


# Trap 0.2
def test_a_cloud_kernel_is_no_dom0_kernel_so_that_a_real_one_is_installed() -> None:
    cloud = BOOT.model_copy(
        update={"kernels": (Kernel(version="6.12.117-cloud-amd64", dom0=False),), "linux_image": False}
    )
    names = [name for name, _ in wanted_packages(answers(), machine(boot=cloud))]
    assert names[0] == "linux-image-amd64"
    assert "6.12.117-cloud-amd64" in texts(PackagesStep().check(answers(), machine(boot=cloud)))
    own = BOOT.model_copy(update={"linux_image": False})
    assert "linux-image-amd64" not in [name for name, _ in wanted_packages(answers(), machine(boot=own))]


# Trap 0.3
def test_submenus_are_switched_on_since_the_entry_exists_only_with_them() -> None:
    facts = machine(boot=BOOT.model_copy(update={"disable_submenu": True}))
    assert "GRUB_DISABLE_SUBMENU is set" in texts(BootStep().check(answers(), facts))
    file = next(each for each in StartStep().resources(answers(), facts) if each.name == NAME)
    assert "GRUB_DISABLE_SUBMENU=n\n" in str((file.expected() or {})["text"])


# Trap 0.4
@pytest.mark.parametrize(
    "title", ["Debian GNU/Linux, with Xen hypervisor", "Debian GNU/Linux GNU/Linux, with Xen hypervisor"]
)
def test_the_default_is_chosen_by_id_whatever_the_title(tmp_path: Path, title: str) -> None:
    _, _, file, menu = StartStep(Stage(name="passed")).resources(answers(), machine())
    assert f"GRUB_DEFAULT={ENTRY}\n" in str((file.expected() or {})["text"])
    assert isinstance(menu, BootMenu)
    assert observed(tmp_path, menu, grub_cfg(title=title)) == menu.expected() == {"default": ENTRY}
    assert observed(tmp_path, menu, grub_cfg(default="0", title=title)) == {"default": PLAIN}
    assert observed(tmp_path, menu, grub_cfg(default="2", title=title)) == {"default": ENTRY}
    assert observed(tmp_path, menu, grub_cfg(default=title, title=title)) == {"default": ENTRY}


class MenuHost(Host):
    """A machine whose grub-mkconfig(8) writes what it is told, and whose grub-script-check(1) is the real one."""

    made: str = ""
    status: int = 0

    def run(self, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        assert argv[:2] == ("grub-mkconfig", "-o")
        assert self.read(GRUB_CFG) == OLD, "the old menu stands while the new one is made"
        self.path(argv[2]).write_text(self.made)
        return succeed(argv, Output(self.status, "", "cat: write error: No space left on device"))

    def _argv(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        return (argv[0], str(self.path(argv[1])))


OLD = "# the old menu\n"


@pytest.fixture
def menu_host(tmp_path: Path) -> MenuHost:
    """A machine with a boot menu that a group may read."""
    host = MenuHost(tmp_path)
    host.write(GRUB_CFG, OLD, 0o640)
    return host


@pytest.mark.skipif(not shutil.which("grub-script-check"), reason="GRUB's tools are not installed here")
def test_a_menu_takes_the_old_ones_place_at_once_when_it_is_whole_and_parses(menu_host: MenuHost) -> None:
    menu_host.made = grub_cfg()
    list(BootMenu(name="x").settle(menu_host, None))
    assert (menu_host.read(GRUB_CFG), menu_host.mode(GRUB_CFG)) == (grub_cfg(), "0640")
    assert menu_host.names("/boot/grub") == ["grub.cfg"]


@pytest.mark.skipif(not shutil.which("grub-script-check"), reason="GRUB's tools are not installed here")
@pytest.mark.parametrize(
    ("made", "status", "said"),
    [
        ("menuentry 'cut off here' {\n\tlinux /vmli", 0, "has a syntax error; the old one stays"),
        (grub_cfg()[:200], 1, "No space left on device"),
    ],
)
def test_a_menu_that_is_broken_or_not_whole_leaves_the_old_one(
    menu_host: MenuHost, made: str, status: int, said: str
) -> None:
    menu_host.made, menu_host.status = made, status
    with pytest.raises(HostError, match=said):
        list(BootMenu(name="x").settle(menu_host, None))
    assert menu_host.read(GRUB_CFG) == OLD
    assert menu_host.names("/boot/grub") == ["grub.cfg"]


# Trap 0.13
def test_the_efi_image_is_not_taken_for_a_xen_that_starts(tmp_path: Path) -> None:
    menu = BootMenu(name="default", default=ENTRY)
    assert observed(tmp_path, menu, grub_cfg(image="xen-4.20-amd64.efi")) != menu.expected()


def test_before_apt_runs_nothing_makes_xen_the_default() -> None:
    first = next(iter(BootStep().resources(answers(), machine())))
    assert first.name == GUARD
    assert "XEN_OVERRIDE_GRUB_DEFAULT=0\n" in str((first.expected() or {})["text"])
    from installer.steps import STEPS

    names = [step.name for step in STEPS]
    assert names.index("boot") < names.index("packages") < names.index("start") == len(names) - 1


def test_the_menu_reports_just_the_words_that_it_carries(tmp_path: Path) -> None:
    menu = BootMenu(
        name="x", xen=("dom0_mem=2048M,max:2048M", "loglvl=all"), xen_linux=("console=hvc0",), linux=("quiet",)
    )
    assert observed(tmp_path, menu, grub_cfg()) == {
        "xen": ["dom0_mem=2048M,max:2048M"],
        "xen_linux": ["console=hvc0"],
        "linux": ["quiet"],
    }
    assert observed(tmp_path, BootMenu(name="y", xen=("loglvl=all",)), grub_cfg()) is None


def test_entries_of_a_menu() -> None:
    entries = menu_entries(grub_cfg())
    assert [entry.id for entry in entries] == [f"gnulinux-simple-{UUID}", f"gnulinux-6.12-advanced-{UUID}", ENTRY]
    assert entries[2].hypervisor == "/boot/xen-4.20-amd64.gz"
    assert default_entry("", "") == PLAIN


@pytest.mark.parametrize(
    ("default", "environment", "starts"),
    [
        ("1", "", PLAIN),
        ("1>0", "", PLAIN),
        (f"gnulinux-advanced-{UUID}>gnulinux-6.12-advanced-{UUID}", "", PLAIN),
        ("Debian GNU/Linux, with Xen hypervisor", "", ENTRY),
        ("no such entry", "", PLAIN),
        ("${saved_entry}", "", PLAIN),
        ("${saved_entry}", f"# GRUB Environment Block\nsaved_entry={ENTRY}\n####", ENTRY),
        ("${saved_entry}", "# GRUB Environment Block\nsaved_entry=2\n####", ENTRY),
    ],
)
def test_the_default_is_found_as_grub_finds_it(default: str, environment: str, starts: str) -> None:
    assert default_entry(grub_cfg(default=default), environment) == starts


@pytest.mark.parametrize(
    ("different", "said"),
    [
        ({"loader": "systemd-boot"}, "The boot loader is systemd-boot, not GRUB"),
        ({"free_mib": 20}, "/boot has 20 MiB free, 36 MiB for Xen are needed there: 16 MiB are missing."),
        ({"root_uuid": ""}, "The root filesystem has no UUID"),
    ],
)
def test_a_boot_loader_that_cannot_start_xen_is_refused(different: dict[str, object], said: str) -> None:
    assert said in texts(errors(BootStep(), answers(), machine(boot=BOOT.model_copy(update=different))))


def test_options_that_belong_to_other_keys_are_refused() -> None:
    (finding,) = errors(BootStep(), answers(boot={"options": ["dom0_mem=4G", "loglvl=all"]}), machine())
    assert (finding.key, finding.hint) == ("boot.options", "set memory.dom0 instead")


def test_options_reach_the_hypervisor_and_are_verified() -> None:
    given = answers(boot={"options": ["loglvl=all"], "noreboot": True, "trial": False, "linux_options": ["panic=10"]})
    menus = [
        resource.expected() for resource in BootStep().resources(given, machine()) if isinstance(resource, BootMenu)
    ]
    assert menus == [{"xen": ["noreboot", "loglvl=all"]}, {"xen_linux": ["panic=10"]}]
    assert "without the option loglvl=all" in texts(BootStep().verify(given, dom0()))


def test_xen_not_by_default_leaves_the_default_alone() -> None:
    assert list(StartStep().resources(answers(boot={"xen": False}), machine())) == []


def test_verify_notices_plain_linux() -> None:
    assert "error" in texts(StartStep().verify(answers(), machine()))
    assert "error" in texts(PackagesStep().verify(answers(), machine()))
    assert [finding.level for finding in StartStep().verify(answers(), dom0())] == ["ok"]


# Trap 0.10
def test_xen_tools_is_refused_where_debian_has_none() -> None:
    given = answers(packages={"extra": ["xen-tools"]})
    assert "xen-tools is not part of" in texts(errors(PackagesStep(), given, machine()))
