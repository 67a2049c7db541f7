"""What lies on this machine: folders, database, keys, the clock and the last backup."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from idp import clock
from idp.config import Config
from idp.doctor.finding import BAD, FINE, NOTE, Finding, Run
from idp.doctor.folder import open_to_others
from idp.errors import ConfigurationError
from idp.oidc import key_files, key_loading, outgoing
from idp.said import said
from idp.storage import clients, database, logouts, mails, settings, users
from idp.subject_identifier import EMAIL, USERNAME

LITTLE_SPACE = 200 * 2**20  # bytes; a busy year of activity needs less
OLD_BACKUP = 8 * 86_400  # seconds; a weekly one is never that old
FAR_AHEAD = 300  # seconds


def look(config: Config, run: Run) -> Iterator[Finding]:
    """Every finding about what is stored; what can't be looked at is one, too."""
    looks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("Data folder", lambda: _folder(config.data_dir)),
        ("Database", lambda: _database(run)),
        ("Signing keys", lambda: _keys(config.keys_dir)),
        ("Clock", _clock),
        ("Mail", lambda: _mail(config)),
        ("Administrator", _administrators),
        ("Backup", _backup),
        ("Applications", _applications),
        ("Sign-outs", lambda: _sign_outs(config)),
    )
    for subject, find in looks:
        try:
            yield find()
        except OSError as wrong:
            yield Finding(
                subject,
                BAD,
                said("It can't be looked at: %(why)s", why=wrong),
                "Check the folder, its disk and its owner.",
            )


def _mail(config: Config) -> Finding:
    if not config.smtp_url:
        return Finding("Mail", FINE, "It isn't set up. Everything works without it.")
    late = mails.late(clock.now())
    if late:
        return Finding(
            "Mail",
            BAD,
            said("%(count)s mails couldn't be sent yet.", count=late),
            "Look at the activity for why, and run: idp mail test",
        )
    return Finding("Mail", FINE, "Nothing waits to be sent again.")


def _sign_outs(config: Config) -> Finding:
    told = logouts.clients_to_tell()
    for client in told:
        if wrong := outgoing.problem_of(client.backchannel_logout_uri or "", config.outgoing_allow):
            return Finding(
                "Sign-outs",
                BAD,
                said("%(app)s can't be told when somebody signs out. %(why)s", app=client.name, why=wrong),
            )
    if late := logouts.waiting():
        return Finding(
            "Sign-outs", BAD, said("%(count)s times an application couldn't be told yet that somebody has signed out.", count=late),
            "Look at the activity for why.",
        )  # fmt: skip
    return Finding(
        "Sign-outs",
        FINE,
        _told_of(len(told)),
    )


def _told_of(count: int) -> str:
    if count < 2:
        return "One application is told of them." if count else "No application is told."
    return said("%(count)s applications are told of them.", count=count)


def _folder(folder: Path) -> Finding:
    if found := open_to_others(folder):
        return found
    free = shutil.disk_usage(folder).free
    if free < LITTLE_SPACE:
        return Finding(
            "Data folder",
            BAD,
            said("Only %(free)s MiB are free on its disk.", free=free // 2**20),
            "Make room on the disk.",
        )
    return Finding("Data folder", FINE, said("%(folder)s, %(free)s GiB free.", folder=folder, free=free // 2**30))


def _database(run: Run) -> Finding:
    if not database.is_sqlite():
        return Finding("Database", FINE, "PostgreSQL answers, and its tables are of this version.")
    try:
        wrong = run(database.damage)
    except TimeoutError:
        return Finding("Database", NOTE, "It is so large that looking through it takes long.", "Run: idp doctor")
    if wrong:
        return Finding(
            "Database",
            BAD,
            said("SQLite finds it damaged: %(why)s", why=wrong),
            "Restore your last backup: idp restore FILE",
        )
    size = database.sqlite_file().stat().st_size // 2**20
    return Finding(
        "Database", FINE, said("SQLite, intact, %(size)s MiB.", size=size) if size else "SQLite, intact, under 1 MiB."
    )


def _keys(folder: Path) -> Finding:
    try:
        entries = key_files.read(folder)
        key_loading.load_all(folder, entries)
    except ConfigurationError as wrong:
        return Finding("Signing keys", BAD, str(wrong))
    active = sum(entry.state == "active" for entry in entries)
    return Finding(
        "Signing keys",
        FINE,
        said("%(active)s sign, %(others)s wait or are still published.", active=active, others=len(entries) - active),
    )


def _clock() -> Finding:
    newest = users.newest_instant()
    ahead = newest - clock.now()
    if ahead > FAR_AHEAD:
        return Finding(
            "Clock", BAD, said("It has been set back: the newest account was made %(ahead)s seconds in the future.", ahead=ahead),
            "Let the machine keep its clock by itself (timedatectl set-ntp true); codes and tokens depend on it.",
        )  # fmt: skip
    return Finding("Clock", FINE, "It hasn't gone backwards.")


def _administrators() -> Finding:
    count = len(users.administrators())
    if not count:
        return Finding("Administrator", BAD, "Nobody can administer this provider.", "Run: idp setup-link")
    return Finding("Administrator", FINE, said("Accounts that can administer: %(count)s.", count=count))


def _backup() -> Finding:
    at = settings.number(settings.BACKED_UP_AT)
    if at is None:
        return Finding(
            "Backup", NOTE, "There has never been one.", "Run: idp backup FILE, and keep the file elsewhere."
        )
    days = (clock.now() - at) // 86_400
    if clock.now() - at > OLD_BACKUP:
        return Finding(
            "Backup",
            NOTE,
            said("The last one is %(days)s days old.", days=days),
            "Run: idp backup FILE, best every night.",
        )
    return Finding("Backup", FINE, "Less than a day old." if days == 0 else said("%(days)s days old.", days=days))


def _applications() -> Finding:
    by_name = clients.names_by_subject_source()
    if EMAIL in by_name:
        return Finding(
            "Applications", NOTE, said(
                "Known by their e-mail addresses are people to: %(apps)s. Whoever changes theirs loses their account there, and "
                "whoever is given a former one of somebody else gets that account.", apps=", ".join(by_name[EMAIL]),
            ),
            "Have addresses changed by administrators only, or let the applications know people by their numbers.",
        )  # fmt: skip
    if USERNAME in by_name:
        return Finding(
            "Applications", NOTE, said("Known by their user names are people to: %(apps)s.", apps=", ".join(by_name[USERNAME])),
            "Give nobody a name that somebody else has in there.",
        )  # fmt: skip
    return Finding("Applications", FINE, "All know people by identifiers that never change.")
