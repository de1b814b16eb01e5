"""Keep the public files true: a participant's page, the leaderboard and thanks, and all of them as offers change."""

from datetime import datetime, timedelta

from chalicelib.domain.errors import Refused
from chalicelib.domain.leaderboard import MOST_THANKED, Board, next_turn, period_of, rank, thanked
from chalicelib.domain.participants import SPANS, Participant
from chalicelib.domain.rebuild import Rebuild
from chalicelib.domain.settings import Settings
from chalicelib.services.ports import Outside, Ports

#: Pages of one step of a rebuild: well within a function's time, and each step wakes the next.
STEP = 200
_PATIENCE = timedelta(minutes=2)
#: How long after a change an index surely has it.
_LAG = timedelta(minutes=1)


def publish_participant(ports: Ports, outside: Outside, participant: Participant) -> None:
    """Render one participant's page as the settings now say."""
    outside.site.publish_landing(participant, ports.store.settings.get(), ports.now())


def publish_leaderboard(ports: Ports, outside: Outside) -> None:
    """Render leaderboard and wall of thanks, or take away what the owner did not make public (P22, M13).

    Its indexes may lag behind what has just happened: so it is done once more a little later.
    """
    settings, now = ports.store.settings.get(), ports.now()
    _publish_recognition(ports, outside, settings, now)
    if settings.leaderboard_public or settings.thanks_public:
        _look_again(ports, min(now + _LAG, next_turn(now, settings.business.zone)))


def turn_leaderboard(ports: Ports, outside: Outside) -> None:
    """Publish both as the indexes have settled, and again when the month ends; not where nothing is public any more."""
    settings, now = ports.store.settings.get(), ports.now()
    _publish_recognition(ports, outside, settings, now)
    public = settings.leaderboard_public or settings.thanks_public
    _look_again(ports, next_turn(now, settings.business.zone) if public else None)


def _publish_recognition(ports: Ports, outside: Outside, settings: Settings, now: datetime) -> None:
    boards = leaderboards(ports, settings, now) if settings.leaderboard_public else None
    outside.site.publish_leaderboard(boards, settings, now)
    names = thanked(ports.store.participants.leaders(MOST_THANKED)) if settings.thanks_public else None
    outside.site.publish_thanks(names, settings, now)


def _look_again(ports: Ports, at: datetime | None) -> None:
    transaction = ports.store.transaction()
    if at is None:
        ports.store.site.forget_turn(transaction)
    else:
        ports.store.site.plan_turn(transaction, at)
    transaction.commit()


def leaderboards(ports: Ports, settings: Settings, now: datetime) -> tuple[Board, ...]:
    """The boards of the running month and year, where the business is, and of all time (P21)."""
    boards = []
    for span in SPANS:
        period = period_of(span, now, settings.business.zone)
        leaders = ports.store.participants.leaders(settings.leaderboard_size, period)
        boards.append(Board(span, period, rank(leaders, period)))
    return tuple(boards)


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
        publish_leaderboard(ports, outside)
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
