"""The outbox of one machine as a page: what would have been sent, newest first."""

from functools import partial
from typing import TYPE_CHECKING

from jinja2 import Environment

from chalicelib.services.links import share_link, sign_in_link

if TYPE_CHECKING:
    from chalicelib.services.ports import Ports

_SHOWN = 100
_TEMPLATE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Outbox</title>
<link rel="stylesheet" href="/assets/page.css">
<main class="wrap narrow">
<div class="hero">
<h1>Outbox</h1>
<p>Nothing leaves this machine. This is what would have been sent, newest first.</p>
</div>
{% for message in messages %}
<article class="card">
<h2>{{ message.template.replace('_', ' ') }} to {{ message.to or "nobody" }}</h2>
<p class="hint">{{ message.created_at.strftime("%Y-%m-%d %H:%M:%S") }} UTC, {{ message.channel }}, {{ message.status }}
{%- if message.reason %}: {{ message.reason }}{% endif %}</p>
{% if message.subject %}<p><strong>{{ message.subject }}</strong></p>{% endif %}
{% if message.sign_in_id %}
<p><a href="{{ link(message.sign_in_id) }}">Sign in</a>, or by the code {{ code(message.sign_in_id) }}.</p>
{% endif %}
{% if message.template == "share_link" %}
<p><a href="{{ page(message.participant_id) }}">Open their page</a></p>
{% endif %}
{% for paragraph in (message.text or "").split("\n\n") %}
<p>{% for line in paragraph.splitlines() %}{{ line }}{% if not loop.last %}<br>{% endif %}{% endfor %}</p>
{% endfor %}
</article>
<p></p>
{% else %}
<p>Nothing yet.</p>
{% endfor %}
</main>
</html>
"""


def outbox_page(ports: "Ports") -> bytes:
    """Render the newest messages, with the links that let in, which the messages themselves do not keep."""
    found, _ = ports.store.messages.page(status=None, limit=_SHOWN, cursor=None)
    template = Environment(autoescape=True).from_string(_TEMPLATE)
    return template.render(
        messages=found,
        link=partial(sign_in_link, ports),
        code=ports.pseudonyms.sign_in_code,
        page=partial(_page_of, ports),
    ).encode()


def _page_of(ports: "Ports", participant_id: str) -> str:
    participant = ports.store.participants.get(participant_id)
    return share_link(ports, participant) if participant else "/share/"
