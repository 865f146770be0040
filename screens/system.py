"""The new Debian's name, its accounts, and what language and clock it speaks."""

from installer.answers import Answers
from screens.page import Page, Word


def has_no_user(answers: Answers) -> bool:
    """Whether there is nobody but root."""
    return answers.install.user is None


PAGE = Page(
    name="system",
    title="System",
    sentence="What the new Debian is called, and who may log in to it.",
    brief="The new Debian's name, and who may log in.",
    sections=("install",),
    steps=(),
    some=True,
    words={
        "install.hostname": Word(
            "Name of the machine",
            "The new system's host name: up to 63 small letters, digits and hyphens, without a domain.",
            "It can be changed later with `hostnamectl`.",
        ),
        "install.root_password": Word(
            "Password of root",
            "root may do everything. The password is typed twice and is not shown; only its hash is kept. Left empty, "
            "root cannot log in with a password.",
            "Whoever knows it owns the machine. Without it and without a user below nobody could log in.",
        ),
        "install.user": Word(
            "A user besides root",
            "A name, as admin. This user may become root with sudo. Left empty, there is only root.",
            "It can be added later with `adduser`.",
        ),
        "install.user_password": Word(
            "Password of the user",
            "Typed twice and not shown; sudo asks for it as well.",
            "Without it this user can only come in with an ssh key, and cannot become root.",
            rare=has_no_user,
        ),
        "install.ssh_keys": Word(
            "SSH keys",
            "Public keys that may log in by ssh, as they stand in an id_ed25519.pub; several are separated by commas. "
            "They are for the user, or for root where there is none.",
            "Without a key no ssh server is installed: the console is the only way in.",
        ),
        "install.keyboard": Word(
            "Keyboard",
            'The keyboard at the machine itself, as "us", "de" or "fr". A serial line does not need it.',
            "With the wrong one some signs are elsewhere, perhaps some of the password's.",
        ),
        "install.timezone": Word(
            "Time zone",
            'As "Europe/Berlin" or "America/New_York".',
            "Times in logs are shifted. It can be changed later with `timedatectl`.",
        ),
        "install.locale": Word(
            "Language",
            'As "de_DE.UTF-8"; C.UTF-8 is English without any country\'s customs, which is usual for servers.',
            "It can be changed later with `dpkg-reconfigure locales`.",
        ),
    },
    terms={
        "SSH key": "a pair of files that stands for a password: the public half may be given away.",
        "sudo": "the command by which a user does something as root.",
    },
)
