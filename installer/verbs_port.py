"""The verb that tries a serial port."""

import argparse
import json

from pydantic import ValidationError

from installer import headless, verbs
from installer.answers import Answers
from installer.errors import AnswersError, Exit, HostError
from installer.facts import Facts
from installer.steps.serial_port import find_line, port_named, usual_speed
from installer.terminal import say
from installer.try_port import SECONDS, Asked, Outcome, arrived, make_asked, try_port
from installer.tty import is_terminal


def port_test(options: argparse.Namespace) -> Exit:
    """Write a line to a port; ask which word arrived, or, with --listen and where nobody can be asked, wait for it."""
    if options.listen is not None and not 0 < options.listen <= 3600:
        raise AnswersError("--listen takes more than 0 and up to 3600 seconds")
    headless.require_root()
    host = verbs.root_host()
    facts = verbs.look(host)
    asked = find_asked(facts, options.port, options.speed, flow=options.flow)
    seconds = options.listen or (0.0 if is_terminal() else SECONDS)
    say(f"writing a line to {asked.tty} at {asked.speed} baud ...")
    if seconds:
        say(f"Its word, {asked.word}, should come back within {seconds:g} s: from a plug, or typed at the other end.")
    outcome = try_port(host, facts, asked, seconds)
    if outcome.kind == "written":
        outcome = arrived(asked, ask_word())
    show(outcome, as_json=options.json)
    return Exit.DONE if outcome.good else Exit.VERIFY


def find_asked(facts: Facts, port: str, speed: str, *, flow: bool) -> Asked:
    """What the words on the command line mean; AnswersError where that is no port of this machine."""
    known = port_named(facts, port)
    there = ", ".join(each.name for each in facts.serial.ports) or "none"
    if port.startswith("ttyS") and known is None:
        raise AnswersError(f"Linux knows no serial port {port}", f"there are: {there}")
    at = port if known is None else f"{known.io:#x}" if known.io else "auto"
    try:
        section = {"port": at, "flow": flow, "speed": int(speed) if speed.isdecimal() else speed}
        answers = Answers.model_validate({"serial": section})
    except ValidationError as error:
        fault = error.errors()[0]
        key = f"serial.{fault['loc'][1]}"
        raise AnswersError(
            f"{fault['input']} does not fit {key}", f"`xenstrap example` says what {key} may be"
        ) from error
    if known and known.io is None:
        return make_asked(known.name, usual_speed(answers, facts, known.name), flow=flow)
    line = find_line(answers, facts)
    if line is None:
        raise HostError("there is no serial line to try", f"name a port; there are: {there}")
    return make_asked(line.tty, line.speed, flow=flow)


def ask_word() -> str:
    """Ask the person at the terminal; "" for nothing."""
    say("Which word stands at the end of the line that arrived at the other end? (Enter alone: none)")
    try:
        return input()
    except EOFError:
        return ""


def show(outcome: Outcome, *, as_json: bool) -> None:
    """The outcome on standard output."""
    if as_json:
        verbs.emit([json.dumps({"event": "port-test", "good": outcome.good} | outcome.model_dump())])
    else:
        verbs.emit([outcome.text, *([f"  -> {outcome.hint}"] if outcome.hint else [])])
