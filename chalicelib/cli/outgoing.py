"""What leaves: messages, their words, webhooks."""

import argparse
from functools import partial

from chalicelib.cli.showing import newest, show
from chalicelib.services.retry_webhook import retry_webhooks
from chalicelib.services.shapes import (
    message_shape,
    preview_shape,
    webhook_shape,
)
from chalicelib.wiring import Program


def list_messages(program: Program, options: argparse.Namespace) -> int:
    """The outbox, newest first."""
    found = newest(partial(program.ports.store.messages.page, status=None), options.limit)
    lines = [
        f"{m.created_at:%Y-%m-%d %H:%M:%S}  {m.status:8} {m.template:15} {m.to or '-'}\n  {m.text or m.reason or ''}"
        for m in found
    ]
    show(options, [message_shape(message) for message in found], "\n".join(lines) or "the outbox is empty")
    return 0


def list_words(program: Program, options: argparse.Namespace) -> int:
    """How every message reads; 1 where a rule is broken."""
    previews = list(program.outside.wording.previews(program.ports.store.settings.get()))
    lines = []
    for preview in previews:
        length = f"  {preview.length.units} units, {preview.length.segments} segments" if preview.length else ""
        lines.append(f"{preview.template} ({preview.channel}){length}{'  your own words' if preview.own else ''}")
        text = f"{preview.subject}\n\n{preview.text}" if preview.subject else preview.text
        lines.extend(f"  {line}" for line in text.splitlines())
        lines.extend([*(f"  ! {finding}" for finding in preview.findings), ""])
    show(options, [preview_shape(preview) for preview in previews], "\n".join(lines))
    return 1 if any(preview.findings for preview in previews) else 0


def list_webhooks(program: Program, options: argparse.Namespace) -> int:
    """Webhooks out, or send again what nobody took."""
    if options.step == "retry":
        again = retry_webhooks(program.ports, "command line")
        show(options, {"again": again}, f"{again} sent again; goodword webhooks shows what becomes of them")
        return 0
    found = newest(partial(program.ports.store.webhooks.page, status=options.status), options.limit)
    lines = [
        f"{w.at:%Y-%m-%d %H:%M:%S}  {w.status:9} {w.type:22} {w.about}  {w.url}\n  {w.id}  {w.reason or ''}".rstrip()
        for w in found
    ]
    show(options, [webhook_shape(webhook) for webhook in found], "\n".join(lines) or "there are no webhooks")
    return 0
