"""The command line: verbs, and the exit codes that each kind of outcome means."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from installer import __version__
from installer.errors import Exit, XenstrapError, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EXITS = """exit codes: 0 done, or nothing to do · 1 failed · 2 answers wrong · 3 host unfit · 4 the machine changed
since the plan was approved · 5 verification failed · 6 the trial of Xen failed, this is plain Linux · 130 interrupted.
Data goes to standard output, narration to standard error."""


class Formatter(argparse.HelpFormatter):
    """Help at the width of the terminal; argparse makes one for each word, and imports shutil to find the width."""

    def __init__(self, prog: str) -> None:
        try:
            columns = int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(1).columns or 80
        except (OSError, ValueError):
            columns = 80
        super().__init__(prog, width=columns - 2)


def parser() -> argparse.ArgumentParser:
    """The words of the command line."""
    top = argparse.ArgumentParser(
        prog="xenstrap",
        description="Turns a Debian machine into a Xen dom0 and proves that it did.",
        epilog=EXITS,
        formatter_class=Formatter,
    )
    top.add_argument("--version", action="version", version=f"xenstrap {__version__}")
    top.set_defaults(verb="wizard", module="screens.start", answers=[], facts=None)
    add_looks(top)
    verbs = top.add_subparsers(title="verbs", metavar="VERB")

    def add(name: str, text: str, module: str = "installer.verbs") -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text, description=text, epilog=EXITS, formatter_class=Formatter)
        made.set_defaults(verb=name, module=module)
        return made

    text = "ask on screen, show what would be changed, and do it; the same as no verb at all"
    made = add("wizard", text, "screens.start")
    add_looks(made, default=argparse.SUPPRESS)
    made.add_argument("answers", nargs="*", metavar="ANSWERS", help="answer file (TOML) to start from")
    made.add_argument(
        "--facts", type=path, metavar="FILE", help="prepare the answers of another machine, whose facts these are"
    )
    add("facts", "what this machine is, as JSON")
    add("schema", "the JSON Schema of answer files")
    add("example", "a commented answer file with this machine's defaults").add_argument(
        "--facts", type=path, metavar="FILE", help="facts of another machine"
    )
    for name, text in (
        ("check", "whether an answer file is good"),
        ("plan", "what would be changed, without changing anything"),
        ("apply", "change this machine"),
    ):
        made = add(name, text)
        made.add_argument("answers", nargs="*", metavar="ANSWERS", help='answer file (TOML), "-" for standard input')
        if name != "apply":
            made.add_argument(
                "--facts", type=path, metavar="FILE", help="facts of another machine, as `xenstrap facts` prints them"
            )
        if name != "check":
            made.add_argument("--json", action="store_true", help="events as JSON lines")
        if name == "apply":
            made.add_argument("--yes", action="store_true", required=True, help="yes, change this machine")
            made.add_argument(
                "--erase", action="append", default=[], metavar="DISK-ID", help="yes, erase this disk (again for each)"
            )
            made.add_argument("--plan-hash", metavar="HASH", help="apply only the plan with this hash")
            made.add_argument("--reboot", action="store_true", help="restart the machine when all is done")
    for name, text in (
        ("status", "what was done, what was in flight, what is next"),
        ("verify", "after the reboot: prove that this is the dom0 that was asked for"),
    ):
        add(name, text).add_argument("--json", action="store_true", help="events as JSON lines")
    trial = add("trial", "start Xen once more, as a trial, after one that failed", "installer.verbs_trial")
    trial.add_argument("--acknowledge", action="store_true", help="only take the notice of the failed one away")
    trial.add_argument("--reboot", action="store_true", help="restart the machine when Xen is armed")
    trial.add_argument("--json", action="store_true", help="events as JSON lines")
    for word in ("--at-boot", "--deadline"):  # what our units of systemd call
        trial.add_argument(word, action="store_true", help=argparse.SUPPRESS)
    text = "write a line to a serial port, and ask or listen whether it arrives"
    port = add("port-test", text, "installer.verbs_port")
    port.set_defaults(verb="port_test")
    port.add_argument(
        "port", nargs="?", default="auto", metavar="PORT", help="as in serial.port, or ttyS1; else as found"
    )
    port.add_argument("--speed", default="auto", metavar="BAUD", help="as in serial.speed")
    port.add_argument("--flow", action="store_true", help="with RTS/CTS flow control")
    port.add_argument(
        "--listen", type=float, metavar="SECONDS", help="wait for the word to come back, instead of asking"
    )
    port.add_argument("--json", action="store_true", help="the outcome as a JSON line")
    text = "judge a new bridge now: keep it, or give the former network back"
    network = add("network", text, "installer.verbs_network")
    one = network.add_mutually_exclusive_group()
    one.add_argument("--confirm", action="store_true", help="keep it: somebody who sees it working says so")
    one.add_argument("--give-back", action="store_true", help="give the former network back at once")
    one.add_argument("--again", action="store_true", help="make a bridge that was given back once more")
    network.add_argument("--guard", action="store_true", help=argparse.SUPPRESS)  # what our unit of systemd calls
    text = "pack all that is known of this machine into one file, without secrets"
    packed = add("report", text, "installer.verbs_report")
    packed.add_argument("file", type=path, metavar="FILE", help="the file to write: a tar.gz for its owner alone")
    back = add("rollback", "roll everything back; without --yes only say what that would be")
    back.add_argument("--yes", action="store_true", help="yes, change this machine")
    back.add_argument("--json", action="store_true", help="events as JSON lines")
    return top


def add_looks(to: argparse.ArgumentParser, *, default: object = None) -> None:
    """How the wizard shows itself."""
    to.add_argument("--serial", action="store_const", const=True, default=default, help="as for a slow serial line")
    to.add_argument("--rich", action="store_const", const=True, default=default, help="with all that a terminal can")
    to.add_argument(
        "--plain",
        action="store_const",
        const=True,
        default=default,
        help="question by question, in lines alone: on paper, on a dumb terminal, for a screen reader",
    )
    to.add_argument("--size", metavar="80x24", default=default, help="columns and lines, if the terminal tells none")


def path(name: str) -> Path:
    """A file that is named; pathlib is imported only then, since a first page waits for all that is imported here."""
    from pathlib import Path

    return Path(name)


def main(words: Sequence[str] | None = None) -> int:
    """Run one verb; every error becomes a sentence on standard error and an exit code."""
    options = parser().parse_args(words)
    try:
        module = "plain.start" if options.verb == "wizard" and options.plain else options.module
        status_code = int(getattr(import_module(module), options.verb)(options))
        sys.stdout.flush()
    except XenstrapError as error:
        return tell(error)
    except KeyboardInterrupt:
        print("xenstrap: interrupted before anything was changed", file=sys.stderr)
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.FAILED)
    except OSError as error:
        return tell(refused(error))
    return status_code


def tell(error: XenstrapError) -> int:
    """Say what went wrong, and what helps; the exit code that it means."""
    print(f"xenstrap: {error.fact}", file=sys.stderr)
    if error.hint:
        print(f"  -> {error.hint}", file=sys.stderr)
    return int(error.exit)


if __name__ == "__main__":
    sys.exit(main())
