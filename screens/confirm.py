"""What is asked before something is done that cannot be taken lightly: apply, erase, roll back, restart, leave."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from installer.blocks import amount
from installer.facts import Facts
from installer.plan import Plan
from installer.steps.bridge_check import is_touched
from installer.steps.bridge_choice import bridge_nic
from installer.steps.storage_disk import contents_in_full
from screens.known import Known

GO = (("no", "Not yet"), ("yes", "Apply"))


class Confirmation(NamedTuple):
    """A question and its answers, each with name and label; the first one is the safe one.

    With `typed`, the others count only once one of those texts was typed.
    """

    text: str
    answers: Sequence[tuple[str, str]]
    typed: Sequence[str] = ()

    def allows(self, typed: str) -> bool:
        """Whether the other answers count, with this typed."""
        return not self.typed or typed.strip().lower() in map(str.lower, self.typed)


RESTART = Confirmation(
    "Restart this machine now?\n\nEverything that runs on it ends. Start xenstrap again afterwards: it looks whether "
    "all is in force.",
    (("no", "Not now"), ("yes", "Restart")),
)


def questions(plan: Plan, known: Known) -> list[Confirmation]:
    """One question for each disk that loses its content, then one for the whole."""
    lost = [change.resource.erases for change in plan.pending if change.resource.destructive]
    return [*(ask_disk(names, known.facts) for names in lost), Confirmation("\n\n".join(whole(plan, known)), GO)]


def ask_disk(names: Sequence[str], facts: Facts) -> Confirmation:
    """The question about one disk, given what it is called: its name or the end of its serial number is to be typed."""
    answers = (("no", "Not yet"), ("yes", "Erase it"))
    disk = next((disk for disk in facts.disks if disk.id == names[0]), None)
    if disk is None:
        return Confirmation(
            f"What is on {names[0]} will be lost for ever.\n\nType {names[0]} to go on.", answers, names
        )
    end = disk.serial[-4:]
    if any(other.serial[-4:] == end for other in facts.disks if other != disk):
        end = ""
    words = (disk.name, amount(disk.bytes), disk.model, f"serial number {disk.serial}" if disk.serial else "")
    what = f"{', '.join(filter(None, words))}\nOn it now: {contents_in_full(disk, facts)}"
    how = f"Type {disk.name}" + (f" or {end}, the end of its serial number," if end else "") + " to go on."
    said = f"Everything on this disk will be lost, for ever:\n\n{what}\n\n{how}"
    return Confirmation(said, answers, [disk.name, *([end] if end else [])])


def whole(plan: Plan, known: Known) -> Iterator[str]:
    """What is about to happen, in words."""
    count, facts = len(plan.pending), known.facts
    yield f"Make {'this change' if count == 1 else f'these {count} changes'} on {facts.hostname} now?"
    if facts.network.ssh_from:
        yield f"You are connected from {facts.network.ssh_from}. {of_connection(known)}"
    long = "a quarter of an hour or more" if known.new else "some minutes"
    yield f"It takes {long}, most of it for packages. You can stop it between two changes, and go on later."


def of_connection(known: Known) -> str:
    """What becomes of an ssh connection."""
    answers, facts = known.judgement.answers, known.facts
    nic = bridge_nic(answers, facts)
    if answers.bridge.live and not known.new and nic:
        if not is_touched(nic, facts.network):
            return f"The connection stays: at the end the bridge is made, and leaves {facts.network.ssh_over} alone."
        return (
            "At the end the bridge is made, and the connection stands still for some seconds. If it does not go on, "
            "the former network comes back by itself."
        )
    return "The connection stays: nothing of the network changes before the restart."


def rolling_back(plan: Plan) -> Confirmation:
    """The question before everything is rolled back."""
    said = (
        f"Roll everything back?\n\n{len(plan.pending)} things go back to what they were before xenstrap: files "
        "byte for byte, and the packages that it added are removed. Guests' own disks and files are not touched."
    )
    return Confirmation(said, (("no", "No"), ("yes", "Roll back")))


def leaving(said: str) -> Confirmation:
    """The question to somebody who leaves, with how things stand."""
    return Confirmation(f"Leave the wizard?\n\n{said}", (("stay", "Stay"), ("leave", "Leave")))
