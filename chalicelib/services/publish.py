"""Keep the public files true: a participant's page, the leaderboard, and all of them when an offer changes."""

from datetime import timedelta

from chalicelib.domain.errors import Refused
from chalicelib.domain.leaderboard import rank
from chalicelib.domain.participants import Participant
from chalicelib.domain.rebuild import Rebuild
from chalicelib.services.ports import Outside, Ports

#: Pages of one step of a rebuild: well within a function's time, and each step wakes the next.
STEP = 200
_PATIENCE = timedelta(minutes=2)


def publish_participant(ports: Ports, outside: Outside, participant: Participant) -> None:
    """Render one participant's page as the settings now say."""
    outside.site.publish_landing(participant, ports.store.settings.get(), ports.now())


def publish_leaderboard(ports: Ports, outside: Outside) -> None:
    """Render the leaderboard from its index, or take it away where the owner did not make it public (P22)."""
    settings = ports.store.settings.get()
    standings = None
    if settings.leaderboard_public:
        standings = rank(ports.store.participants.leaders(settings.leaderboard_size))
    outside.site.publish_leaderboard(standings, settings, ports.now())


def rebuild_site(ports: Ports, outside: Outside) -> None:
    """Take the next step of rendering every page, if what they share has changed since they were rendered.

    Each step is recorded before the next; the record is in the list of what is due until the last page is out.
    """
    settings, now = ports.store.settings.get(), ports.now()
    digest = outside.site.digest(settings, now)
    state = ports.store.site.get() or Rebuild(digest="")
    if state.digest == digest and state.done:
        return
    if state.digest != digest:
        outside.site.publish_fixed(settings, now)
        state = Rebuild(digest, cursor=None, done=False, version=state.version)
    page, cursor = ports.store.participants.page(search=None, limit=STEP, cursor=state.cursor)
    for participant in page:
        outside.site.publish_landing(participant, settings, now)
    moved = Rebuild(digest, cursor, done=cursor is None, version=state.version)
    transaction = ports.store.transaction()
    ports.store.site.write(transaction, moved, now + _PATIENCE)
    try:
        transaction.commit()
    except Refused:
        return
