"""What is asked before a plan is applied."""

from collections.abc import Iterator, Sequence

from installer.blocks import amount
from installer.facts import Facts
from installer.plan import Plan
from installer.steps.storage_disk import contents
from screens.dialogs import Question

GO = (("no", "Not yet"), ("yes", "Apply"))


def questions(plan: Plan, facts: Facts) -> list[Question]:
    """One question for each disk that loses its content, then one for the whole."""
    lost = [change.resource.erases for change in plan.pending if change.resource.destructive]
    return [*(ask_disk(names, facts) for names in lost), Question("\n\n".join(whole(plan, facts)), GO)]


def ask_disk(names: Sequence[str], facts: Facts) -> Question:
    """The question about one disk, given what it is called: its name or the end of its serial number is to be typed."""
    answers = (("no", "Not yet"), ("yes", "Erase it"))
    disk = next((disk for disk in facts.disks if disk.id == names[0]), None)
    if disk is None:
        return Question(f"What is on {names[0]} will be lost for ever.\n\nType {names[0]} to go on.", answers, names)
    end = disk.serial[-4:]
    if any(other.serial[-4:] == end for other in facts.disks if other != disk):
        end = ""
    words = (disk.name, amount(disk.bytes), disk.model, f"serial number {disk.serial}" if disk.serial else "")
    what = f"{', '.join(filter(None, words))}\nOn it now: {contents(disk)}"
    how = f"Type {disk.name}" + (f" or {end}, the end of its serial number," if end else "") + " to go on."
    said = f"Everything on this disk will be lost, for ever:\n\n{what}\n\n{how}"
    return Question(said, answers, [disk.name, *([end] if end else [])])


def whole(plan: Plan, facts: Facts) -> Iterator[str]:
    """What is about to happen, in words."""
    count = len(plan.pending)
    yield f"Make {'this change' if count == 1 else f'these {count} changes'} on {facts.hostname} now?"
    if facts.network.ssh_from:
        yield f"You are connected from {facts.network.ssh_from}. The connection stays: nothing of the network changes \
before the restart."
    yield "It takes some minutes, most of it for packages. You can stop it between two changes, and go on later."
