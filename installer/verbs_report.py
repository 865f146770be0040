"""The verb that packs what is known of this machine into one file."""

import argparse

from installer import headless, verbs
from installer.errors import Exit, HostError
from installer.facts import Facts
from installer.journal import Journal
from installer.parcel import write_parcel
from installer.terminal import say


def report(options: argparse.Namespace) -> Exit:
    """Pack journal, log, facts, plan, the last boots' logs and the boot menu, without secrets."""
    headless.require_root()
    host, journal = verbs.unchanged_host(), Journal(verbs.STATE)
    facts: Facts | str
    try:
        facts = verbs.look(host)
    except HostError as error:
        facts = error.fact
    count = write_parcel(options.file, host, journal, facts, verbs.STATE)
    say(f"{options.file} has {count} files; passwords, keys and the like are taken out. Look at it before you send it.")
    return Exit.DONE
