"""The one-shot entry: written by the real tool, for exactly one entry, in a menu that Debian's own scripts made."""

import subprocess
from pathlib import Path

import pytest

from installer.commands import Output
from installer.errors import HostError
from installer.host import Host
from installer.resources.boot import GRUBENV, PLAIN, BootMenu, menu_items
from installer.resources.files import File
from installer.resources.once import Once, require_entry
from installer.stage import Stage
from installer.steps.start import StartStep
from tests.machines import BOOT, UUID, answers, machine
from tests.serial.grub import MISSING, generate
from tests.steps.test_boot import ENTRY, grub_cfg


class GrubHost(Host):
    """The real tools on files below our root."""

    def _argv(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(self.path(word)) if word.startswith("/") else word for word in argv)


@pytest.fixture
def host(tmp_path: Path) -> GrubHost:
    """A machine with a menu and an empty environment block."""
    (tmp_path / "boot/grub").mkdir(parents=True)
    (tmp_path / "boot/grub/grub.cfg").write_text(grub_cfg(default="0"))
    subprocess.run(["grub-editenv", str(tmp_path / GRUBENV.lstrip("/")), "create"], check=True)
    return GrubHost(tmp_path)


def test_armed_used_up_by_grub_and_taken_back(host: GrubHost) -> None:
    once = Once(name="next boot", entry=ENTRY)
    spent = once.model_copy(update={"armed": False})
    former = once.observe(host)
    assert former is None
    list(once.settle(host, once.expected()))
    assert once.observe(host) == once.expected() == {"next_entry": ENTRY}
    assert spent.observe(host) != spent.expected(), "armed still: not what is wanted after the boot"
    host.run("grub-editenv", GRUBENV, "set", "next_entry=")
    assert spent.observe(host) == spent.expected()
    list(once.settle(host, former))
    assert once.observe(host) is None
    assert "next_entry" not in (host.read(GRUBENV) or "")


@pytest.mark.parametrize("block", [None, b"", b"# GRUB Environment Block\nnext_en"])
def test_a_block_that_is_gone_or_was_torn_by_a_power_cut_is_made_anew(host: GrubHost, block: bytes | None) -> None:
    path = host.path(GRUBENV)
    path.unlink()
    if block is not None:
        path.write_bytes(block)
    once = Once(name="next boot", entry=ENTRY)
    list(once.settle(host, once.expected()))
    assert once.observe(host) == once.expected()
    assert (path.stat().st_size, host.names("/boot/grub")) == (1024, ["grub.cfg", "grubenv"])


def test_the_block_is_never_seen_empty_or_half_written(host: GrubHost, monkeypatch: pytest.MonkeyPatch) -> None:
    run, seen = GrubHost.run, list[bytes]()

    def watched(host: GrubHost, *argv: str, timeout: float = 0, env: dict[str, str] | None = None) -> Output:
        done = run(host, *argv, timeout=60, env=env)
        seen.append(host.path(GRUBENV).read_bytes())
        return done

    monkeypatch.setattr(GrubHost, "run", watched)
    before = host.path(GRUBENV).read_bytes()
    once = Once(name="next boot", entry=ENTRY)
    list(once.settle(host, once.expected()))
    assert set(seen) == {before}, "changed by something else than a rename"
    assert once.observe(host) == once.expected()


def test_an_edit_that_fails_leaves_the_block_as_it_is_and_nothing_beside_it(
    host: GrubHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = host.path(GRUBENV).read_bytes()
    once = Once(name="next boot", entry="x" * 2000)
    monkeypatch.setattr("installer.resources.once.require_entry", lambda *_: None)
    with pytest.raises(HostError, match="grub-editenv"):
        list(once.settle(host, once.expected()))
    assert host.path(GRUBENV).read_bytes() == before
    assert host.names("/boot/grub") == ["grub.cfg", "grubenv"]


def test_what_somebody_else_had_armed_comes_back(host: GrubHost) -> None:
    once = Once(name="next boot", entry=ENTRY)
    host.run("grub-editenv", GRUBENV, "set", "next_entry=1>2")
    former = once.observe(host)
    list(once.settle(host, once.expected()))
    list(once.settle(host, former))
    assert "next_entry=1>2\n" in (host.read(GRUBENV) or "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        grub_cfg().partition("menuentry 'Debian GNU/Linux, with Xen")[0],
        grub_cfg(image="xen-4.20-amd64.efi"),
        grub_cfg() + grub_cfg(),
    ],
)
def test_an_entry_that_is_missing_broken_or_ambiguous_is_never_armed(host: GrubHost, text: str) -> None:
    (host.root / "boot/grub/grub.cfg").write_text(text)
    with pytest.raises(HostError, match="just one is wanted"):
        require_entry(host, ENTRY)
    once = Once(name="next boot", entry=ENTRY)
    with pytest.raises(HostError):
        list(once.settle(host, once.expected()))
    assert "next_entry" not in (host.read(GRUBENV) or "")


@pytest.mark.skipif(MISSING, reason="GRUB's scripts are not installed here")
@pytest.mark.parametrize("own", ["0", "saved", "Debian GNU/Linux GNU/Linux, with Xen hypervisor"])
@pytest.mark.parametrize("stage", ["untried", "passed"])
def test_debians_own_scripts_make_the_menu_that_is_wanted(tmp_path: Path, own: str, stage: str) -> None:
    facts = machine(boot=BOOT.model_copy(update={"default": own, "root_uuid": "UUID"}))
    step = StartStep(Stage.model_validate({"name": stage}))
    script, fallback, file, menu, *_ = step.resources(answers(), facts)
    assert isinstance(script, File)
    assert isinstance(fallback, BootMenu)
    done = subprocess.run(["sh", "-c", script.text], capture_output=True, text=True, check=True)
    assert tuple(done.stdout.splitlines()) == fallback.lines == ('set fallback="gnulinux-simple-UUID"',)
    assert isinstance(menu, BootMenu)
    settings = f'GRUB_DISTRIBUTOR=Debian\nGRUB_DEFAULT="{own}"\n'
    text = generate(tmp_path, settings, {"60-xenstrap-start.cfg": str((file.expected() or {})["text"])})
    assert menu.observe(Host(tmp_path)) == menu.expected()
    assert menu.expected() == {"default": PLAIN if stage == "untried" else "xen-gnulinux-simple-UUID"}
    require_entry(Host(tmp_path), "xen-gnulinux-simple-UUID")
    assert '   set default="${next_entry}"\n   set next_entry=\n   save_env next_entry\n' in text
    advanced = "gnulinux-advanced-UUID"  # the same for Linux and for Xen: no way to name what is in either
    ids = [item.id for item in menu_items(text) if item.depth == 0]
    assert ids == ["gnulinux-simple-UUID", advanced, "xen-gnulinux-simple-UUID", advanced]


def test_a_default_that_names_xen_gives_way_to_plain_linux_during_the_trial() -> None:
    facts = machine(boot=BOOT.model_copy(update={"default": "Debian GNU/Linux, with Xen hypervisor"}))
    _, _, file, *_ = StartStep().resources(answers(), facts)
    assert f"GRUB_DEFAULT=gnulinux-simple-{UUID}\n" in str((file.expected() or {})["text"])
    facts = machine(boot=BOOT.model_copy(update={"default": "1>2"}))
    _, _, file, *_ = StartStep().resources(answers(), facts)
    assert "GRUB_DEFAULT" not in str((file.expected() or {})["text"])
