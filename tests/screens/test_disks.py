"""How disks are drawn: to scale, with what lies within an extended partition, and with what nobody can use."""

import pytest
from hypothesis import given

from installer.facts_storage import EXTENDED, Block, Disk, Region
from installer.regions import free_regions
from screens.debian import layout as debian_layout
from screens.disks import parts
from screens.looks import GLYPHS, PLAIN
from screens.page import Room
from screens.storage import layout
from tests.blank.machines import BLANK, MIRRORED, section
from tests.machines import answers
from tests.storage.machines import MACHINES
from tests.storage.test_regions import extended_layouts

SERIAL = GLYPHS["serial"]
ROOM = Room(60, 0)


@pytest.mark.parametrize(
    ("machine", "drawn"),
    [
        (
            "msdos-extended",
            [
                "sda, 447.0 GiB, SSD: this system",
                "[##......................]",
                "after: volume group vg0, 424.8 GiB, in its free space; the rest stays",
                "[##=====================.]",
                "# in use   = for guests   . free",
            ],
        ),
        (
            "msdos-extended-fourth",
            [
                "sda, 447.0 GiB, SSD: this system",
                "[### #.....              ]",
                "after: volume group vg0, 96.7 GiB, in its free space; the rest stays",
                "[### #=====              ]",
                "# in use   = for guests   . free   blank: stays unused",
            ],
        ),
        (
            "bios-msdos-four-partitions",
            [
                "sda, 447.0 GiB, SSD: this system",
                "[####                    ]",
                "# in use   = for guests   . free   blank: stays unused",
            ],
        ),
    ],
)
def test_a_disk_with_an_msdos_table(machine: str, drawn: list[str]) -> None:
    assert list(layout(answers(), MACHINES[machine], SERIAL, ROOM)) == drawn


def test_logical_partitions_stand_below_the_extended_one() -> None:
    assert list(layout(answers(), MACHINES["msdos-extended"], PLAIN, ROOM))[:6] == [
        "sda, 447.0 GiB, SSD, serial S1: this system",
        "  partition 1: 19.5 GiB, ext4, in use: /",
        "  partition 2: 426.8 GiB, for extended",
        "    partition 5: 2.0 GiB, swap, for swap, in use: [SWAP]",
        "  free: 424.8 GiB",
        "  free: 762 MiB",
    ]


def test_what_a_new_system_cannot_use_of_a_disk_is_not_promised_to_guests() -> None:
    msdos = answers(install=section("msdos") | {"disk": ["ata-BIG_B1"]})
    assert list(debian_layout(msdos, BLANK["bios-3tb"], SERIAL, ROOM))[1:3] == [
        "after: ERASED; Debian 16 GiB, guests 2.0 TiB",
        "[#=================      ]",
    ]
    larger = answers(install=section("plain") | {"disk": ["ata-SSD_S2"], "raid1": ["ata-SSD_S1"]})
    assert list(debian_layout(larger, MIRRORED["mirrored-unlike"], SERIAL, ROOM))[2] == "[##===================== ]"


@given(extended_layouts())
def test_what_is_drawn_of_a_disk_covers_it_once(drawn: tuple[int, list[Block], Block]) -> None:
    size, blocks, _ = drawn
    free = tuple(Region(start=start, bytes=count) for start, count in free_regions(size, 512, "dos", blocks))
    disk = Disk(id="d", name="sda", bytes=size, sector=512, table="dos", parts=tuple(blocks), free=free)
    facts = MACHINES["msdos-extended"].model_copy(update={"disks": (disk,)})
    position = 0
    for part in parts(disk, facts):
        assert position <= part.start <= position + size // 100
        position = part.start + part.bytes
    assert size - position <= size // 100
    assert {part.start for part in parts(disk, facts) if part.kind == "used"} == {
        block.start for block in blocks if block.role != EXTENDED
    }
