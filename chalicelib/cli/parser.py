"""The whole command line; a test holds it against the documentation."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chalicelib.cli.leaving import export_folder, forget, restore_folder
from chalicelib.cli.outgoing import list_messages, list_webhooks, list_words
from chalicelib.cli.pages import site_build, site_publish
from chalicelib.cli.people import (
    enrol_one,
    import_file,
    invite_one,
    key_add,
    key_list,
    key_revoke,
    user_add,
    user_link,
    user_list,
)
from chalicelib.cli.pictures import picture_add
from chalicelib.cli.upkeep import doctor, events_retry, events_sign, rebuild_totals
from chalicelib.domain.access import KEY_ROLES
from chalicelib.domain.participants import SEGMENTS
from chalicelib.domain.webhooks import STATUSES as WEBHOOK_STATUSES
from chalicelib.wiring import Program

PICTURE_USES = ("photo", "logo", "preview")
Command = Callable[[Program, argparse.Namespace], int]


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; a test holds it against the documentation."""
    parser = argparse.ArgumentParser(prog="goodword", description="A referral program that a business owns.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    add = commands.add_parser("run", help="serve everything on this machine (PORT, GOODWORD_DATA, GOODWORD_SAMPLE)")
    add.set_defaults(command=None)

    add = _command(commands, "enrol", "enrol a customer or partner, or bring a known one up to date", enrol_one)
    add.add_argument("name")
    add.add_argument("--phone")
    add.add_argument("--email")
    add.add_argument("--external-id", help="the customer's id in your CRM")
    add.add_argument("--segment", choices=SEGMENTS)

    add = _command(commands, "invite", "text somebody their link now, where the gate allows it", invite_one)
    add.add_argument("code")
    add.add_argument("--override", action="store_true", help="past the gate; needs a note")
    add.add_argument("--note", help="why, for the audit")

    add = _command(commands, "import", "enrol everybody in a CSV file", import_file)
    add.add_argument(
        "file",
        type=Path,
        help="columns name, phone, email, external_id, segment, address, in any order, others are ignored",
    )
    add.add_argument("--dry-run", action="store_true", help="say what would become of each row, and change nothing")

    site = commands.add_parser("site", help="the public pages").add_subparsers(required=True, metavar="STEP")
    add = _command(site, "build", "render every page into a folder, writing only what changed", site_build)
    add.add_argument("--processes", type=int, default=1, choices=range(1, 17), metavar="N")
    add.add_argument("--check", action="store_true", help="look at every file, not only at what changed")
    _command(site, "publish", "build, and put into the site store what differs", site_publish)

    picture = commands.add_parser("picture", help="logo, photos, preview").add_subparsers(required=True, metavar="STEP")
    add = _command(picture, "add", "put a picture into the site and print the name for the settings", picture_add)
    add.add_argument("file", type=Path)
    add.add_argument("--as", dest="use", choices=PICTURE_USES, default="photo", help="what it is for (photo)")

    add = _command(commands, "messages", "show the outbox, newest first", list_messages)
    add.add_argument("--limit", type=_count, default=100, metavar="N", help="how many at the most (100)")

    _command(commands, "words", "show how every message reads, and what is wrong with its words", list_words)

    key = commands.add_parser("key", help="keys for machines").add_subparsers(required=True, metavar="STEP")
    add = _command(key, "add", "make a key and show it, once", key_add)
    add.add_argument("--role", choices=KEY_ROLES, required=True)
    add.add_argument("--name", default="command line", help="what the audit calls it")

    _command(key, "list", "show whose keys there are", key_list)
    add = _command(key, "revoke", "make a key worthless, at once and for good", key_revoke)
    add.add_argument("kid", help="what stands before the dot in the key")

    user = commands.add_parser("user", help="people who sign in").add_subparsers(required=True, metavar="STEP")
    add = _command(user, "add", "let somebody sign in, and show their first link", user_add)
    add.add_argument("name")
    add.add_argument("--role", choices=KEY_ROLES, default="owner")
    add.add_argument("--email")
    add.add_argument("--phone")
    _command(user, "list", "show who may sign in", user_list)
    add = _command(user, "link", "show a new sign-in link, good for ten minutes, once", user_link)
    add.add_argument("id", help="as goodword user list shows it")

    add = _command(commands, "rebuild", "recompute totals, tiers and leaderboard from the ledger", rebuild_totals)
    add.add_argument("--check", action="store_true", help="only report what differs")

    add = _command(commands, "export", "write everything into a folder: to keep, or to leave with", export_folder)
    add.add_argument("folder", type=Path, help="new, or empty; it will hold names, phones and e-mails")
    add.set_defaults(whole_table=True)
    add = _command(
        commands, "restore", "write an export into an empty deployment, compare, build pages", restore_folder
    )
    add.add_argument("folder", type=Path, help="what goodword export wrote")
    add.set_defaults(whole_table=True, alone=True)

    add = _command(commands, "forget", "delete one person's data; what there is of it is shown first", forget)
    add.add_argument("whom", help="a participant's code, a referral's id, a phone or an e-mail")
    add.add_argument("--yes", action="store_true", help="delete it; it cannot be brought back")
    add.set_defaults(whole_table=True)

    add = _command(commands, "doctor", "say what is stuck and what is not set up", doctor)
    add.add_argument("--stage", help="of a stage on AWS: its stack, table, quotas, sandboxes, address and alarms")
    events = commands.add_parser("events", help="events from other programs").add_subparsers(
        required=True, metavar="STEP"
    )
    _command(events, "retry", "try again what failed or waits", events_retry)
    add = _command(events, "sign", "print the signed headers of an event as a curl configuration", events_sign)
    add.add_argument("body", help="the JSON exactly as it will be sent")
    add.add_argument("--id", required=True, help="the event's id; the same id again is a redelivery")
    add = _command(
        commands, "webhooks", "show webhooks out, newest first, or send again what nobody took", list_webhooks
    )
    add.add_argument("step", nargs="?", choices=("list", "retry"), default="list", help="list (as without it) or retry")
    add.add_argument("--status", choices=WEBHOOK_STATUSES, help="list only these")
    add.add_argument("--limit", type=_count, default=100, metavar="N", help="how many at the most (100)")
    return parser


def _count(text: str) -> int:
    """Read a positive whole number, for argparse."""
    if not (text.isascii() and text.isdigit() and int(text[:18]) > 0):
        raise argparse.ArgumentTypeError(f"must be a positive whole number, not {text!r}")
    return int(text[:18])


def _command(commands: Any, name: str, words: str, function: Command) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(command=function, whole_table=False, alone=False)
    return parser
