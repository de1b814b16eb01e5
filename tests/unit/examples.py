"""People, referrals and JSON that the unit tests share; each builder takes what the test cares about."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from chalicelib.domain.errors import FieldError, InvalidInput, Unreadable
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Mark, Prospect, Referral, Stage

NOW = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)
CODE = "0J4NE000"
T = TypeVar("T")


def participant(name: str = "Jane Doe", **parts: Any) -> Participant:
    defaults: dict[str, Any] = {"id": CODE, "segment": "customer", "created_at": NOW, "phone": "+14155552671"}
    return Participant(name=name, **{**defaults, **parts})


def referral(identifier: str = "ref_1", *, stage: Stage = "new", **parts: Any) -> Referral:
    defaults: dict[str, Any] = {
        "participant_id": CODE,
        "prospect": Prospect("Sam Lee", "+14155552672"),
        "source": "form",
        "created_at": NOW,
        "mark": Mark(stage, NOW, "form"),
    }
    return Referral(id=identifier, **{**defaults, **parts})


#: Few moments, so that equal times and every order of two are common.
moments = st.integers(0, 4).map(lambda minutes: NOW + timedelta(minutes=minutes))

#: Text as JSON may carry it, lone surrogates and control characters too.
any_text = st.text(st.characters() | st.sampled_from("\ud800\udfff\x00\x1f\u200b\u202e \n<{}'\""), max_size=12)

json_leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.sampled_from([10**400, -(10**400), 2**63])
    | st.floats(allow_nan=False, allow_infinity=False)
    | any_text
)


def json_values(leaves: st.SearchStrategy[Any] = json_leaves) -> st.SearchStrategy[Any]:
    """Whatever a JSON document may hold."""
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
        max_leaves=10,
    )


def damaged(example: Any) -> st.SearchStrategy[Any]:
    """`example` with any of its parts kept, left out or replaced by any other JSON."""
    if isinstance(example, dict):
        parts = {key: st.just(_LEFT_OUT) | damaged(value) for key, value in example.items()}
        kept = st.fixed_dictionaries(parts).map(
            lambda found: {key: value for key, value in found.items() if value is not _LEFT_OUT}
        )
        return kept | json_values()
    if isinstance(example, list):
        return st.tuples(*(damaged(value) for value in example)).map(list) | json_values()
    return st.just(example) | json_values()


_LEFT_OUT = object()


def unless_refused(read: Callable[[], T]) -> T | None:
    """What `read` gives, or None where it refuses and says why; any other error is the test's to fail by."""
    try:
        return read()
    except InvalidInput as refused:
        errors = refused.errors
    except Unreadable as refused:
        errors = (FieldError("body", str(refused)),)
    assert errors
    assert all(error.field and error.message for error in errors)
    return None


def texts(fact: Any) -> list[str]:
    """Every text in a fact, however deep."""
    if isinstance(fact, str):
        return [fact]
    inner = fact if isinstance(fact, tuple) else vars(fact).values() if hasattr(fact, "__dict__") else ()
    return [text for value in inner for text in texts(value)]


def assert_storable(fact: object) -> None:
    """A lone surrogate can be neither hashed nor stored, so none may pass (DESIGN 5, rule 7)."""
    for text in texts(fact):
        text.encode()
