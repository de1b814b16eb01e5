"""The command line: `goodword`, or `python -m chalicelib.cli`. Exit codes: 0 done, 1 failed, 2 misused."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from chalicelib.config import ROOT, ConfigError
from chalicelib.domain.access import KEY_ROLES
from chalicelib.domain.enrolment import parse_enrolment
from chalicelib.domain.errors import GoodwordError, InvalidInput, NotFound
from chalicelib.domain.identifiers import normalise_code
from chalicelib.domain.participants import SEGMENTS
from chalicelib.domain.users import parse_user
from chalicelib.domain.webhooks import STATUSES as WEBHOOK_STATUSES
from chalicelib.inbound.signatures import MIN_SHARED_SECRET, sign_standard, standard_key
from chalicelib.services.enrol import enrol
from chalicelib.services.events import retry_failed_events
from chalicelib.services.import_people import import_people
from chalicelib.services.invite import invite
from chalicelib.services.keys import issue_key, revoke_key
from chalicelib.services.links import sign_in_link
from chalicelib.services.overview import stuck, waiting
from chalicelib.services.rebuild import rebuild
from chalicelib.services.retry_webhook import retry_webhooks
from chalicelib.services.shapes import (
    key_shape,
    message_shape,
    participant_shape,
    preview_shape,
    time_shape,
    user_shape,
    webhook_shape,
)
from chalicelib.services.sign_in import new_sign_in
from chalicelib.services.users import add_user
from chalicelib.wiring import Program

Command = Callable[[Program, argparse.Namespace], int]
_T = TypeVar("_T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = build_parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    from chalicelib.local.engine import EngineError

    try:
        if options.command is None:
            from chalicelib.local.run import run

            return run()
        from chalicelib.local.opened import program_for_a_command

        with program_for_a_command() as program:
            code = int(options.command(program, options))
        sys.stdout.flush()
    except InvalidInput as error:
        for refused in error.errors:
            print(f"{refused.field}: {refused.message}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read our output has seen enough; at its end the interpreter would complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (GoodwordError, ConfigError, EngineError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
    else:
        return code


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; a test holds it against the documentation."""
    parser = argparse.ArgumentParser(prog="goodword", description="A referral program that a business owns.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    add = commands.add_parser("run", help="serve everything on this machine (PORT, GOODWORD_DATA, GOODWORD_SAMPLE)")
    add.set_defaults(command=None)

    add = _command(commands, "enrol", "enrol a customer or partner, or bring a known one up to date", _enrol)
    add.add_argument("name")
    add.add_argument("--phone")
    add.add_argument("--email")
    add.add_argument("--external-id", help="the customer's id in your CRM")
    add.add_argument("--segment", choices=SEGMENTS)

    add = _command(commands, "invite", "text somebody their link now, where the gate allows it", _invite)
    add.add_argument("code")
    add.add_argument("--override", action="store_true", help="past the gate; needs a note")
    add.add_argument("--note", help="why, for the audit")

    add = _command(commands, "import", "enrol everybody in a CSV file", _import)
    add.add_argument(
        "file",
        type=Path,
        help="columns name, phone, email, external_id, segment, address, in any order, others are ignored",
    )

    site = commands.add_parser("site", help="the public pages").add_subparsers(required=True, metavar="STEP")
    add = _command(site, "build", "render every page into a folder, writing only what changed", _site_build)
    add.add_argument("--processes", type=int, default=1, choices=range(1, 17), metavar="N")
    add.add_argument("--check", action="store_true", help="look at every file, not only at what changed")
    _command(site, "publish", "build, and put into the site store what differs", _site_publish)

    add = _command(commands, "messages", "show the outbox, newest first", _messages)
    add.add_argument("--limit", type=_count, default=100, metavar="N", help="how many at the most (100)")

    _command(commands, "words", "show how every message reads, and what is wrong with its words", _words)

    key = commands.add_parser("key", help="keys for machines").add_subparsers(required=True, metavar="STEP")
    add = _command(key, "add", "make a key and show it, once", _key_add)
    add.add_argument("--role", choices=KEY_ROLES, required=True)
    add.add_argument("--name", default="command line", help="what the audit calls it")

    _command(key, "list", "show whose keys there are", _key_list)
    add = _command(key, "revoke", "make a key worthless, at once and for good", _key_revoke)
    add.add_argument("kid", help="what stands before the dot in the key")

    user = commands.add_parser("user", help="people who sign in").add_subparsers(required=True, metavar="STEP")
    add = _command(user, "add", "let somebody sign in, and show their first link", _user_add)
    add.add_argument("name")
    add.add_argument("--role", choices=KEY_ROLES, default="owner")
    add.add_argument("--email")
    add.add_argument("--phone")
    _command(user, "list", "show who may sign in", _user_list)
    add = _command(user, "link", "show a new sign-in link, good for ten minutes, once", _user_link)
    add.add_argument("id", help="as goodword user list shows it")

    add = _command(commands, "rebuild", "recompute totals, tiers and leaderboard from the ledger", _rebuild)
    add.add_argument("--check", action="store_true", help="only report what differs")

    _command(commands, "doctor", "say what is stuck and what is not set up", _doctor)
    events = commands.add_parser("events", help="events from other programs").add_subparsers(
        required=True, metavar="STEP"
    )
    _command(events, "retry", "try again what failed or waits", _events_retry)
    add = _command(events, "sign", "print the signed headers of an event as a curl configuration", _events_sign)
    add.add_argument("body", help="the JSON exactly as it will be sent")
    add.add_argument("--id", required=True, help="the event's id; the same id again is a redelivery")
    add = _command(commands, "webhooks", "show webhooks out, newest first, or send again what nobody took", _webhooks)
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
    parser.set_defaults(command=function)
    return parser


def _enrol(program: Program, options: argparse.Namespace) -> int:
    given = {name: getattr(options, name) for name in ("name", "phone", "email", "external_id", "segment")}
    region = program.ports.store.settings.get().business.country
    enrolled = enrol(program.ports, parse_enrolment({k: v for k, v in given.items() if v is not None}, region))
    shape = participant_shape(program.ports, enrolled.participant)
    _print(options, {**shape, "outcome": enrolled.outcome}, f"{enrolled.outcome}: {shape['name']}  {shape['link']}")
    return 0


def _invite(program: Program, options: argparse.Namespace) -> int:
    code = normalise_code(options.code) or options.code
    invited = invite(program.ports, code, "command line", override=options.override, note=options.note)
    shape = participant_shape(program.ports, invited)
    _print(options, shape, f"{shape['name']} is asked; goodword messages shows what becomes of it")
    return 0


def _import(program: Program, options: argparse.Namespace) -> int:
    from tqdm import tqdm

    _require_utf8(options.file)
    with options.file.open(encoding="utf-8-sig", newline="") as file:
        total = max(0, sum(1 for _ in file) - 1)
        file.seek(0)
        with tqdm(total=total, unit="row", disable=options.json or not sys.stderr.isatty()) as bar:
            report = import_people(program.ports, file, _moves(bar))
    if report.ignored:
        print(f"columns that are not known here are ignored: {', '.join(report.ignored)}", file=sys.stderr)
    shape = {
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "bad": [{"line": bad.line, "reason": bad.reason} for bad in report.bad],
        "ignored": list(report.ignored),
    }
    words = (
        f"{report.created} created, {report.changed} changed, {report.unchanged} unchanged, {len(report.bad)} refused"
    )
    _print(options, shape, "\n".join([*(f"line {bad.line}: {bad.reason}" for bad in report.bad), words]))
    return 1 if report.bad else 0


def _require_utf8(path: Path) -> None:
    """Raise InvalidInput that names the first line which is not UTF-8."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                words = f"is not UTF-8 (save the file as CSV UTF-8): byte {line[error.start]:#04x}"
                raise InvalidInput.of(f"line {number}", words) from error


def _site_build(program: Program, options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from chalicelib.site.refresh import build_all

    with tqdm(unit="page", disable=options.json or not sys.stderr.isatty()) as bar:
        report = build_all(
            program.ports,
            program.config.templates,
            _build_folder(program),
            processes=options.processes,
            progress=_moves(bar),
            check=options.check,
        )
    _print(options, report._asdict(), f"{report.pages} files, {report.written} written in {report.seconds:.1f} s")
    return 0


def _site_publish(program: Program, options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from chalicelib.site.publish import publish_folder
    from chalicelib.site.refresh import build_all

    # Never an old build: the stream publishes past the built folder, so it is brought up to date first.
    folder = _build_folder(program)
    build_all(program.ports, program.config.templates, folder, processes=1, progress=lambda done: None)
    with tqdm(unit="file", disable=options.json or not sys.stderr.isatty()) as bar:
        report = publish_folder(folder, program.site_store, _moves(bar))
    _print(options, report._asdict(), f"{report.put} put, {report.deleted} deleted, {report.unchanged} as they were")
    return 0


def _messages(program: Program, options: argparse.Namespace) -> int:
    found = _newest(partial(program.ports.store.messages.page, status=None), options.limit)
    lines = [
        f"{m.created_at:%Y-%m-%d %H:%M:%S}  {m.status:8} {m.template:15} {m.to or '-'}\n  {m.text or m.reason or ''}"
        for m in found
    ]
    _print(options, [message_shape(message) for message in found], "\n".join(lines) or "the outbox is empty")
    return 0


def _words(program: Program, options: argparse.Namespace) -> int:
    previews = list(program.outside.wording.previews(program.ports.store.settings.get()))
    lines = []
    for preview in previews:
        length = f"  {preview.length.units} units, {preview.length.segments} segments" if preview.length else ""
        lines.append(f"{preview.template} ({preview.channel}){length}{'  your own words' if preview.own else ''}")
        text = f"{preview.subject}\n\n{preview.text}" if preview.subject else preview.text
        lines.extend(f"  {line}" for line in text.splitlines())
        lines.extend([*(f"  ! {finding}" for finding in preview.findings), ""])
    _print(options, [preview_shape(preview) for preview in previews], "\n".join(lines))
    return 1 if any(preview.findings for preview in previews) else 0


def _key_add(program: Program, options: argparse.Namespace) -> int:
    key = issue_key(program.ports, options.role, options.name, "command line")
    _print(options, {"key": key}, f"{key}\nKeep it: it cannot be shown again. Use it as Authorization: Bearer {key}")
    return 0


def _key_list(program: Program, options: argparse.Namespace) -> int:
    keys = list(_everything(program.ports.store.keys.page))
    words = [f"{k.kid}  {k.role:6} {'revoked' if k.revoked_at else 'valid':8} {k.name}" for k in keys]
    _print(options, [key_shape(key) for key in keys], "\n".join(words) or "there are no keys")
    return 0


def _key_revoke(program: Program, options: argparse.Namespace) -> int:
    key = revoke_key(program.ports, options.kid, "command line")
    _print(options, {"kid": key.kid, "revoked_at": time_shape(key.revoked_at)}, f"{key.kid} is revoked")
    return 0


def _user_add(program: Program, options: argparse.Namespace) -> int:
    typed = {"name": options.name, "role": options.role, "email": options.email, "phone": options.phone}
    new = parse_user(typed, program.ports.store.settings.get().business.country)
    user = add_user(program.ports, new, "command line")
    link = sign_in_link(program.ports, new_sign_in(program.ports, user))
    _print(options, {**user_shape(user), "sign_in_link": link}, f"{user.id}\n{link}\nGood for ten minutes, once.")
    return 0


def _user_list(program: Program, options: argparse.Namespace) -> int:
    users = list(_everything(program.ports.store.users.page))
    words = [
        f"{u.id}  {u.role:6} {'shut out' if u.disabled_at else 'may sign in':11} {u.name}  {u.email or u.phone}"
        for u in users
    ]
    _print(
        options, [user_shape(user) for user in users], "\n".join(words) or "nobody: goodword user add NAME --email E"
    )
    return 0


def _user_link(program: Program, options: argparse.Namespace) -> int:
    user = program.ports.store.users.get(options.id)
    if user is None:
        raise NotFound("user", options.id[:60])
    link = sign_in_link(program.ports, new_sign_in(program.ports, user))
    _print(options, {"sign_in_link": link}, f"{link}\nGood for ten minutes, once.")
    return 0


def _rebuild(program: Program, options: argparse.Namespace) -> int:
    from tqdm import tqdm

    with tqdm(unit="participant", disable=options.json or not sys.stderr.isatty()) as bar:
        differences = rebuild(program.ports, _moves(bar), repair=not options.check)
    lines = [f"{d.participant_id}: {d.what}: stored {d.stored}, computed {d.computed}" for d in differences]
    shape = [{"participant_id": d.participant_id, "what": d.what} for d in differences]
    _print(options, shape, "\n".join([*lines, f"{len(differences)} differences"]))
    return 1 if differences and options.check else 0


def _doctor(program: Program, options: argparse.Namespace) -> int:
    found = stuck(program.ports)
    lines = [
        f"{kind.replace('_', ' ')}: {entry['id']}: {entry['reason']}"
        for kind, entries in found.items()
        for entry in entries
    ]
    counts = waiting(program.ports)
    decisions = [
        f"waiting for a person: {number} {what.replace('_', ' ')}" for what, number in counts.items() if number
    ]
    hints = _hints(program)
    shape = {**found, "waiting": counts, "hints": hints}
    _print(options, shape, "\n".join([*lines, *decisions, *hints]) or "all is well")
    return 1 if lines else 0


def _hints(program: Program) -> list[str]:
    """What is not set up, and what that means."""
    hints = []
    settings = program.ports.store.settings.get()
    if settings.business.owner_phone is None:
        hints.append("business.owner_phone is not set: nobody is told of new leads")
    config = program.config
    for name, secrets in (
        ("EVENTS", config.events_secrets),
        ("STRIPE", config.stripe_secrets),
        ("QUICKBOOKS", config.quickbooks_secrets),
        ("JOBBER", config.jobber_secrets),
        ("HOUSECALLPRO", config.housecallpro_secrets),
        ("MAPPED", config.mapped_secrets),
    ):
        if not secrets:
            hints.append(f"GOODWORD_{name}_SECRET is not set: that hook accepts nothing")
    if any(len(standard_key(secret)) < MIN_SHARED_SECRET for secret in config.events_secrets):
        hints.append("GOODWORD_EVENTS_SECRET is short and can be guessed: use 32 random bytes")
    if settings.webhooks and not config.webhooks_secrets:
        hints.append("GOODWORD_WEBHOOKS_SECRET is not set: no webhook is sent to the settings' addresses")
    if any(plan.kind == "gift_card" for plan in settings.rewards.values()):
        if config.tremendous.key is None and not config.local:
            hints.append("GOODWORD_TREMENDOUS_KEY is not set: approved gift cards are not ordered")
        if not config.tremendous_secrets:
            hints.append("GOODWORD_TREMENDOUS_SECRET is not set: that hook accepts nothing")
    return hints


def _events_retry(program: Program, options: argparse.Namespace) -> int:
    tried, done = retry_failed_events(program.ports, program.outside.parsers)
    _print(options, {"tried": tried, "done": done}, f"{tried} tried, {done} done now")
    return 0 if tried == done else 1


def _events_sign(program: Program, options: argparse.Namespace) -> int:
    secrets = program.config.events_secrets
    if not secrets:
        print("GOODWORD_EVENTS_SECRET is not set", file=sys.stderr)
        return 1
    try:
        body = options.body.encode()
    except UnicodeEncodeError:
        print("the body is not UTF-8", file=sys.stderr)
        return 2
    headers = sign_standard(options.id, program.ports.now(), body, secrets[0])
    _print(options, headers, "\n".join(f'header = "{name}: {value}"' for name, value in headers.items()))
    return 0


def _webhooks(program: Program, options: argparse.Namespace) -> int:
    if options.step == "retry":
        again = retry_webhooks(program.ports, "command line")
        _print(options, {"again": again}, f"{again} sent again; goodword webhooks shows what becomes of them")
        return 0
    found = _newest(partial(program.ports.store.webhooks.page, status=options.status), options.limit)
    lines = [
        f"{w.at:%Y-%m-%d %H:%M:%S}  {w.status:9} {w.type:22} {w.about}  {w.url}\n  {w.id}  {w.reason or ''}".rstrip()
        for w in found
    ]
    _print(options, [webhook_shape(webhook) for webhook in found], "\n".join(lines) or "there are no webhooks")
    return 0


def _newest(page: Callable[..., tuple[list[_T], str | None]], limit: int) -> list[_T]:
    """The first `limit` of a list; that there are more is said on standard error."""
    found = list(islice(_everything(page), limit + 1))
    if len(found) > limit:
        print("older ones are not shown; --limit N shows more", file=sys.stderr)
    return found[:limit]


def _everything(page: Callable[..., tuple[list[_T], str | None]]) -> Iterator[_T]:
    """What a list holds, page by page."""
    found, cursor = page(limit=100, cursor=None)
    yield from found
    while cursor is not None:
        found, cursor = page(limit=100, cursor=cursor)
        yield from found


def _moves(bar: Any) -> Callable[[int], None]:
    def move(done: int) -> None:
        bar.update(done)

    return move


def _build_folder(program: Program) -> Path:
    return (program.config.data or ROOT) / "build" / ("" if program.config.data else "site")


def _print(options: argparse.Namespace, data: object, words: str) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2) if options.json else words)


if __name__ == "__main__":
    sys.exit(main())
