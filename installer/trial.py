"""How the trial of a set of answers stands, read off the journal, the boot that we are in, and GRUB's environment."""

from collections.abc import Iterator, Sequence
from typing import Any

from installer.answers import Answers
from installer.host import Host
from installer.journal import Journal, Network, Record, Trial
from installer.resources.once import next_entry
from installer.stage import Guarded, Stage

BOOT_ID = "/proc/sys/kernel/random/boot_id"
LAST_BOOT = ("journalctl", "--boot=-1", "--quiet", "--no-pager", "--output=cat", "--output-fields=_BOOT_ID", "-n1")
SHUT_DOWN = (
    *LAST_BOOT,
    "UNIT=shutdown.target",
    "MESSAGE_ID=39f53479d3a045ac8e11786248231fbf",
)  # sd-messages(3), started
WATCHDOGS, CARDRESET = "/sys/class/watchdog", 0x20  # linux/watchdog.h, WDIOF_CARDRESET
CRASHED = "Xen or dom0 crashed or hung before it could say why"
CRASH_HINT = "watch Xen's console (the serial line, or the screen) while it starts once more"
CUT_SHORT = "dom0 was shut down, or restarted, in good order before its trial was over"
CUT_SHORT_HINT = "next time let it run until a login, or `xenstrap status`, says that it is a verified dom0"


def boot_id(host: Host) -> str:
    """The id of the boot that we are in."""
    return (host.read(BOOT_ID) or "").strip()


def under_xen(host: Host) -> bool:
    """Whether Xen runs below us, whatever of its toolstack does."""
    return (host.read("/sys/hypervisor/type") or "").strip() == "xen"


def read_stage(journal: Journal, answers: Answers, host: Host) -> Stage:
    """The stage of the trial of these answers, and of their bridge."""
    return trial_stage(journal, answers, host).model_copy(update={"network": read_guarded(journal, answers)})


def left_open(answers: Answers, stage: Stage) -> bool:
    """Whether the trial that these answers want has passed, and Xen has yet to be made the default."""
    return answers.boot.xen and answers.boot.trial and stage.left_open


def read_guarded(journal: Journal, answers: Answers) -> Guarded:
    """How the bridge of these answers stands, whenever it was made; another one is to be judged by itself."""
    wanted, same, found = bridge_of(answers.model_dump(mode="json")), False, Guarded()
    for record in journal.records:
        run, said = record.run, record.network
        if run:
            same = run.verb == "apply" and bridge_of(run.answers) == wanted
            found = found if same else Guarded()
        elif said and same:
            again = said.verdict == "again"
            found = Guarded() if again else told(said, record.time)
    return found


def told(said: Network, time: str) -> Guarded:
    """What the guard said of a bridge."""
    name = "kept" if said.verdict == "kept" else "given back"
    return Guarded.model_validate({"name": name, "text": said.text, "hint": said.hint, "time": time})


def bridge_of(answers: dict[str, Any]) -> dict[str, Any]:
    """The bridge's section of the answers of a run, as this version has them."""
    return Answers.model_validate(answers).bridge.model_dump(mode="json", exclude={"live"})


def trial_stage(journal: Journal, answers: Answers, host: Host) -> Stage:
    """The stage of the trial of these answers.

    A trial stands for the answers that it was made with: others need one of their own. It has passed when a boot
    after the one that applied them was verified; a verification that fails later takes nothing back. What follows is
    over with the first run after that which comes to its end.
    """
    stage, applied_in = Stage(), ""
    records = since_applied(journal, answers)
    armed_in = armed_boot(records)[0] or armed_before(journal, records)
    for record in records:
        if record.run:
            applied_in = record.run.boot
        elif record.trial:
            stage = stage_after(record.trial, stage, record.time)
        elif passes(record, armed_in or applied_in) and not stage.passed:
            stage = Stage(name="passed", time=record.time)
        elif record.end and record.end.status == "done":
            stage = stage.model_copy(update={"followed": stage.passed})
    if stage.name == "untried" and armed_in not in ("", boot_id(host)) and (under_xen(host) or not next_entry(host)):
        return Stage(name="trying")
    return stage


def since_applied(journal: Journal, answers: Answers) -> list[Record]:
    """The records since these answers were first applied, one run or several in a row; none where others came last."""
    wanted, records = subject(answers), list[Record]()
    for record in journal.records:
        if record.run:
            same = record.run.verb == "apply" and subject(Answers.model_validate(record.run.answers)) == wanted
            records = records if same else []
            if not same:
                continue
        elif not records:
            continue
        records.append(record)
    return records


def armed_boot(records: Sequence[Record]) -> tuple[str, Sequence[Record]]:
    """The boot in which Xen was armed, "" where it is not, or not yet once more; and the records since then."""
    boot, armed_in, since = "", "", 0
    for number, record in enumerate(records):
        boot = record.run.boot if record.run else boot
        if record.after and record.after.kind == "once" and record.after.state:
            armed_in, since = boot, number
        if record.trial and record.trial.verdict == "again":
            armed_in, since = "", number
    return armed_in, records[since:]


def armed_before(journal: Journal, records: Sequence[Record]) -> str:
    """The boot in which other answers had armed Xen, where `records` begin in that boot and find it so; else ""."""
    boot = armed_in = ""
    for record in journal.records[: len(journal.records) - len(records)]:
        boot = record.run.boot if record.run else boot
        if record.after and record.after.kind == "once":
            armed_in = boot if record.after.state else ""
    begun_in = records[0].run.boot if records and records[0].run else ""
    return armed_in if armed_in == begun_in else ""


def stage_after(trial: Trial, before: Stage, time: str) -> Stage:
    """The stage after a trial that did not pass, or a word about it."""
    match trial.verdict:
        case "again":
            return Stage()
        case "seen":
            return before.model_copy(update={"name": "seen"})
    return Stage(name="failed", text=trial.text, hint=trial.hint, time=time)


def passes(record: Record, before: str) -> bool:
    """Whether a record is a verification that passed, after the boot `before`."""
    return record.verified is not None and record.verified.passed and record.verified.boot not in ("", before)


def subject(answers: Answers) -> dict[str, Any]:
    """The answers that a trial stands for: all but those that no boot depends on."""
    no_matter = ("plan_hash", "ask", "hvm", "guests", "hooks")
    return answers.model_dump(exclude={**dict.fromkeys(no_matter, True), "boot": {"trial"}})


def why(journal: Journal, host: Host) -> tuple[str, str]:
    """Why a trial failed, as far as anybody knows, and a hint: the failed checks, else what is left of that boot."""
    armed_in, since = armed_boot(journal.records)
    last = next((record.verified for record in reversed(since) if record.verified), None)
    if last and not last.passed and last.boot not in (armed_in, boot_id(host)):
        failed = [each for each in last.report if each["level"] == "error"]
        texts = [str(each["text"]).rstrip(".") for each in failed]
        return "; ".join(texts), next((str(each["hint"]) for each in failed if each["hint"]), "")
    if kept_of_last_boot(host, SHUT_DOWN, armed_in):
        return CUT_SHORT, CUT_SHORT_HINT
    return "; ".join([CRASHED, *traces(host, armed_in)]), CRASH_HINT


def kept_of_last_boot(host: Host, query: tuple[str, ...], armed_in: str) -> bool:
    """Whether systemd's journal has such an entry of the last boot, and that was not yet the one that armed Xen."""
    boot = host.query(*query).stdout.strip()
    return bool(armed_in) and boot not in ("", armed_in.replace("-", ""))


def traces(host: Host, armed_in: str) -> Iterator[str]:
    """What is left of a boot that said nothing itself."""
    for name in host.names(WATCHDOGS):
        status = (host.read(f"{WATCHDOGS}/{name}/bootstatus") or "").strip()
        if status.isdecimal() and int(status) & CARDRESET:
            yield "the machine's watchdog restarted it"
    for place in ("/sys/fs/pstore", "/var/lib/systemd/pstore"):
        if host.names(place):
            yield f"the kernel's last words may be in {place}"
    if kept_of_last_boot(host, LAST_BOOT, armed_in):
        yield "journalctl --boot=-1 has what Linux said under Xen"
