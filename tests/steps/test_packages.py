"""Which packages are installed, in which order, and why."""

from installer.resources.packages import Package
from installer.steps.packages import PackagesStep
from tests.machines import answers, machine


def test_a_package_asked_for_twice_is_installed_once_for_its_first_reason() -> None:
    given = answers(packages={"extra": ["mc", "grub-xen-host", "mc"]})
    found = [each for each in PackagesStep().resources(given, machine()) if isinstance(each, Package)]
    names = [each.name for each in found]
    assert names == ["linux-image-amd64", "xen-system-amd64", "qemu-system-xen", "grub-xen-host", "mc"]
    assert found[3].because == "boot loader of PV and PVH guests"
