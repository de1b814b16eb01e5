"""The outbox of one machine as a page: what would have been sent, newest first."""

from typing import TYPE_CHECKING

from jinja2 import Environment

if TYPE_CHECKING:
    from chalicelib.storage.messages import Messages

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


def outbox_page(messages: "Messages") -> bytes:
    """Render the newest messages."""
    found, _ = messages.page(status=None, limit=_SHOWN, cursor=None)
    template = Environment(autoescape=True).from_string(_TEMPLATE)
    return template.render(messages=found).encode()
