"""The answers of a machine that starts anew: those of a dom0, and what Debian is put where."""

from installer.answers import Answers
from installer.answers_install import Install


class NewAnswers(Answers):
    """What an answer file would give for a live system; no answer file can give it yet."""

    install: Install = Install()
