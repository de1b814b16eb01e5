"""Who may refer, and who may come in."""

import argparse
import sys
from pathlib import Path

from chalicelib.cli.showing import everything, moves, show
from chalicelib.domain.enrolment import parse_enrolment
from chalicelib.domain.errors import InvalidInput, NotFound
from chalicelib.domain.identifiers import normalise_code
from chalicelib.domain.users import parse_user
from chalicelib.services.enrol import enrol
from chalicelib.services.import_people import import_people
from chalicelib.services.invite import invite
from chalicelib.services.keys import issue_key, revoke_key
from chalicelib.services.links import sign_in_link
from chalicelib.services.shapes import (
    import_shape,
    key_shape,
    participant_shape,
    time_shape,
    user_shape,
)
from chalicelib.services.sign_in import new_sign_in
from chalicelib.services.users import add_user
from chalicelib.wiring import Program


def enrol_one(program: Program, options: argparse.Namespace) -> int:
    """Enrol somebody, or bring a known one up to date."""
    given = {name: getattr(options, name) for name in ("name", "phone", "email", "external_id", "segment")}
    region = program.ports.store.settings.get().business.country
    enrolled = enrol(program.ports, parse_enrolment({k: v for k, v in given.items() if v is not None}, region))
    shape = participant_shape(program.ports, enrolled.participant)
    show(options, {**shape, "outcome": enrolled.outcome}, f"{enrolled.outcome}: {shape['name']}  {shape['link']}")
    return 0


def invite_one(program: Program, options: argparse.Namespace) -> int:
    """Text somebody their link now."""
    code = normalise_code(options.code) or options.code
    invited = invite(program.ports, code, "command line", override=options.override, note=options.note)
    shape = participant_shape(program.ports, invited)
    show(options, shape, f"{shape['name']} is asked; goodword messages shows what becomes of it")
    return 0


def import_file(program: Program, options: argparse.Namespace) -> int:
    """Enrol everybody in a CSV file; 1 where rows were refused."""
    from tqdm import tqdm

    _require_utf8(options.file)
    with options.file.open(encoding="utf-8-sig", newline="") as file:
        total = max(0, sum(1 for _ in file) - 1)
        file.seek(0)
        with tqdm(total=total, unit="row", disable=options.json or not sys.stderr.isatty()) as bar:
            report = import_people(program.ports, file, moves(bar), dry_run=options.dry_run)
    if report.ignored:
        print(f"columns that are not known here are ignored: {', '.join(report.ignored)}", file=sys.stderr)
    shape = import_shape(report)
    words = (
        f"{report.created} created, {report.changed} changed, {report.unchanged} unchanged, {len(report.bad)} refused"
    )
    if options.dry_run:
        words = f"nothing was changed; it would be: {words}"
    show(options, shape, "\n".join([*(f"line {bad.line}: {bad.reason}" for bad in report.bad), words]))
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


def key_add(program: Program, options: argparse.Namespace) -> int:
    """Make a key and show it, this once."""
    key = issue_key(program.ports, options.role, options.name, "command line")
    show(options, {"key": key}, f"{key}\nKeep it: it cannot be shown again. Use it as Authorization: Bearer {key}")
    return 0


def key_list(program: Program, options: argparse.Namespace) -> int:
    """Whose keys there are."""
    keys = list(everything(program.ports.store.keys.page))
    words = [f"{k.kid}  {k.role:6} {'revoked' if k.revoked_at else 'valid':8} {k.name}" for k in keys]
    show(options, [key_shape(key) for key in keys], "\n".join(words) or "there are no keys")
    return 0


def key_revoke(program: Program, options: argparse.Namespace) -> int:
    """Make a key worthless."""
    key = revoke_key(program.ports, options.kid, "command line")
    show(options, {"kid": key.kid, "revoked_at": time_shape(key.revoked_at)}, f"{key.kid} is revoked")
    return 0


def user_add(program: Program, options: argparse.Namespace) -> int:
    """Let somebody sign in, with a first link."""
    typed = {"name": options.name, "role": options.role, "email": options.email, "phone": options.phone}
    new = parse_user(typed, program.ports.store.settings.get().business.country)
    user = add_user(program.ports, new, "command line")
    link = sign_in_link(program.ports, new_sign_in(program.ports, user))
    show(options, {**user_shape(user), "sign_in_link": link}, f"{user.id}\n{link}\nGood for ten minutes, once.")
    return 0


def user_list(program: Program, options: argparse.Namespace) -> int:
    """Who may sign in."""
    users = list(everything(program.ports.store.users.page))
    words = [
        f"{u.id}  {u.role:6} {'shut out' if u.disabled_at else 'may sign in':11} {u.name}  {u.email or u.phone}"
        for u in users
    ]
    show(options, [user_shape(user) for user in users], "\n".join(words) or "nobody: goodword user add NAME --email E")
    return 0


def user_link(program: Program, options: argparse.Namespace) -> int:
    """A new sign-in link."""
    user = program.ports.store.users.get(options.id)
    if user is None:
        raise NotFound("user", options.id[:60])
    link = sign_in_link(program.ports, new_sign_in(program.ports, user))
    show(options, {"sign_in_link": link}, f"{link}\nGood for ten minutes, once.")
    return 0
