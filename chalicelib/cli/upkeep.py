"""Whether all is well, and what to do where it is not."""

import argparse
import sys

from chalicelib.cli.showing import moves, show
from chalicelib.inbound.signatures import MIN_SHARED_SECRET, sign_standard, standard_key
from chalicelib.services.events import retry_failed_events
from chalicelib.services.overview import stuck, waiting
from chalicelib.services.rebuild import rebuild
from chalicelib.wiring import Program


def rebuild_totals(program: Program, options: argparse.Namespace) -> int:
    """Recompute from the ledger; 1 where `--check` finds differences."""
    from tqdm import tqdm

    with tqdm(unit="participant", disable=options.json or not sys.stderr.isatty()) as bar:
        differences = rebuild(program.ports, moves(bar), repair=not options.check)
    lines = [f"{d.participant_id}: {d.what}: stored {d.stored}, computed {d.computed}" for d in differences]
    shape = [{"participant_id": d.participant_id, "what": d.what} for d in differences]
    show(options, shape, "\n".join([*lines, f"{len(differences)} differences"]))
    return 1 if differences and options.check else 0


def doctor(program: Program, options: argparse.Namespace) -> int:
    """What is stuck, what waits, what is not set up; 1 where something is stuck."""
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
    advice = hints(program)
    shape = {**found, "waiting": counts, "hints": advice}
    show(options, shape, "\n".join([*lines, *decisions, *advice]) or "all is well")
    return 1 if lines else 0


def hints(program: Program) -> list[str]:
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


def events_retry(program: Program, options: argparse.Namespace) -> int:
    """Try again what could not be worked off."""
    tried, done = retry_failed_events(program.ports, program.outside.parsers)
    show(options, {"tried": tried, "done": done}, f"{tried} tried, {done} done now")
    return 0 if tried == done else 1


def events_sign(program: Program, options: argparse.Namespace) -> int:
    """The signed headers of an event, as curl's --config reads them."""
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
    show(options, headers, "\n".join(f'header = "{name}: {value}"' for name, value in headers.items()))
    return 0
