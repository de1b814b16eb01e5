"""Everything into a folder, and out of one into an empty deployment; one person out of everything."""

import argparse
import sys
from contextlib import ExitStack

from chalicelib.cli.pages import build_folder
from chalicelib.cli.showing import moves, show
from chalicelib.delivery.export_folder import ExportReader, ExportWriter
from chalicelib.delivery.outbox_file import erase_in_outbox
from chalicelib.services.export_everything import export_everything
from chalicelib.services.forget_person import find_person, forget_person
from chalicelib.services.publish import publish_leaderboard
from chalicelib.services.restore_everything import restore_everything
from chalicelib.site.refresh import refresh_site
from chalicelib.wiring import Program


def export_folder(program: Program, options: argparse.Namespace) -> int:
    """Write everything into a folder."""
    from tqdm import tqdm

    with ExitStack() as stack:
        files = ExportWriter(options.folder, stack)
        bar = stack.enter_context(tqdm(unit="item", disable=options.json or not sys.stderr.isatty()))
        manifest = export_everything(program.ports, files, moves(bar))
    words = [
        f"{manifest.items} items in {options.folder}, checksum {manifest.checksum}",
        "It holds names, phones and e-mails, and no secrets: keep it safe, and GOODWORD_IDENTITY_KEY apart from it.",
    ]
    show(options, manifest.as_json(), "\n".join(words))
    return 0


def restore_folder(program: Program, options: argparse.Namespace) -> int:
    """Write an export's folder into an empty deployment, and its pages."""
    from tqdm import tqdm

    reader = ExportReader(options.folder)
    manifest = reader.manifest()

    def pages() -> None:
        refresh_site(program.ports, program.config.templates, build_folder(program), program.site_store)

    with tqdm(unit="item", disable=options.json or not sys.stderr.isatty()) as bar:
        restore_everything(program.ports, manifest, reader.lines, moves(bar), pages)
    words = [
        f"{manifest.items} items restored and compared, checksum {manifest.checksum}; its pages are built",
        "Messages, webhooks and gift cards that were waiting leave from here now: the old deployment must be stopped.",
        "goodword rebuild --check compares every total with the ledger.",
    ]
    show(options, manifest.as_json(), "\n".join(words))
    return 0


def forget(program: Program, options: argparse.Namespace) -> int:
    """Show what there is of a person, or delete it and bring the pages in line; 1 where it was only shown."""
    from tqdm import tqdm

    ports = program.ports
    with tqdm(unit="item", disable=options.json or not sys.stderr.isatty()) as bar:
        found = find_person(ports, options.whom, moves(bar))
        if options.yes:
            messages = forget_person(ports, program.outside, found, "command line", moves(bar))
            if program.config.data is not None:
                erase_in_outbox(program.config.data / "outbox.jsonl", found.person, messages)
            publish_leaderboard(ports, program.outside)
            refresh_site(ports, program.config.templates, build_folder(program), program.site_store)
    shape = {
        "subject": found.subject,
        "items": dict(found.counts),
        "deleted": options.yes,
        "shared_with": list(found.shared),
    }
    counted = ", ".join(f"{number} {kind}" for kind, number in found.counts.items()) or "nothing"
    said = "personal data deleted" if options.yes else "nothing was changed; the same with --yes deletes it"
    left = [f"{code} has a phone or e-mail of theirs, and is left: name it too if it is them" for code in found.shared]
    show(options, shape, "\n".join([f"{found.subject}: {counted}", *left, said]))
    return 0 if options.yes else 1
