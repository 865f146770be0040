"""What is asked before a plan is applied."""

from collections.abc import Iterator

from installer.facts import Facts
from installer.plan import Plan
from screens.dialogs import Question


def questions(plan: Plan, facts: Facts) -> list[Question]:
    """One question for each disk that loses its content, then one for the whole."""
    lost = sorted({change.resource.erases for change in plan.pending if change.resource.destructive})
    return [*(ask_disk(disk, facts) for disk in lost), Question("\n\n".join(whole(plan, facts)), GO)]


GO = (("no", "Not yet"), ("yes", "Apply"))


def ask_disk(disk_id: str, facts: Facts) -> Question:
    """The question about one disk: its name, or the end of its serial number, has to be typed."""
    disk = next((disk for disk in facts.disks if disk.id == disk_id), None)
    if disk is None:
        return Question(f"What is on {disk_id} will be lost for ever.\n\nType {disk_id} to go on.", GO, [disk_id])
    end = disk.serial[-4:]
    holds = f" It holds {', '.join(disk.holds)}." if disk.holds else ""
    said = (
        f"What is on {disk.name} will be lost for ever: {disk.model} {disk.serial}, {disk.bytes / 1e9:.0f} GB.{holds}"
    )
    how = f"Type {disk.name}" + (f" or {end}, the end of its serial number," if end else "") + " to go on."
    return Question(f"{said}\n\n{how}", (("no", "Not yet"), ("yes", "Erase it")), [disk.name, *([end] if end else [])])


def whole(plan: Plan, facts: Facts) -> Iterator[str]:
    """What is about to happen, in words."""
    count = len(plan.pending)
    yield f"Make {'this change' if count == 1 else f'these {count} changes'} on {facts.hostname} now?"
    if facts.network.ssh_from:
        yield f"You are connected from {facts.network.ssh_from}. The connection stays: nothing of the network changes \
before the restart."
    yield "It takes some minutes, most of it for packages. You can stop it between two changes, and go on later."
