"""Restore an export into an empty deployment: all of it is there before anything follows from any of it."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

from chalicelib.domain.errors import Conflict, Refused
from chalicelib.domain.exports import Fold, Manifest, expired, line_of_item
from chalicelib.services.ports import Ports

#: What is over within this time of the restore may be gone by the time it is compared.
_PASSING = timedelta(hours=1)


def restore_everything(
    ports: Ports,
    manifest: Manifest,
    lines: Callable[[], Iterator[str]],
    progress: Callable[[int], None],
    build_pages: Callable[[], object] = lambda: None,
) -> Manifest:
    """Write an export's items, compare, and only then set them going; `progress` gets items read, written and woken.

    `build_pages` is part of it: the same export may be restored again after an interruption, there too, and goes on.
    Raises Conflict, and has changed nothing, where the export is damaged or of another identity key, or the table is
    not empty; and Conflict where what was written is not what was read.
    """
    whole = ports.store.whole
    _require_key(ports, manifest)
    _require_undamaged(manifest, lines, progress)
    if _begun(ports, manifest) == "copying":
        whole.put((json.loads(line) for line in lines()), progress)
        _require_equal(ports, lines, progress)
        transaction = ports.store.transaction()
        whole.all_there(transaction, manifest.checksum)
        transaction.commit()
    whole.wake(progress)
    build_pages()
    transaction = ports.store.transaction()
    whole.end(transaction)
    transaction.commit()
    return manifest


def _require_key(ports: Ports, manifest: Manifest) -> None:
    here = ports.pseudonyms.fingerprint()
    if manifest.identity_key != here:
        raise Conflict(
            "this export was made under another GOODWORD_IDENTITY_KEY "
            f"(fingerprint {manifest.identity_key}, here {here}): nobody's phone, e-mail or share link would be found "
            "under yours. Set the key it was made with"
        )


def _require_undamaged(manifest: Manifest, lines: Callable[[], Iterator[str]], progress: Callable[[int], None]) -> None:
    fold = Fold()
    for line in lines():
        fold.add(line)
        progress(1)
    if (fold.count, fold.checksum) != (manifest.items, manifest.checksum):
        raise Conflict(
            f"the export is damaged: its manifest promises {manifest.items} items with the checksum "
            f"{manifest.checksum}, and there are {fold.count} with {fold.checksum}"
        )


def _begun(ports: Ports, manifest: Manifest) -> str:
    """Begin, or go on with, a restore of this export; how far it is."""
    whole = ports.store.whole
    state = whole.state()
    if state is None:
        standing = whole.first()
        if standing is not None:
            raise Conflict(f"this deployment is not empty (it holds {standing}): restore into a new one")
        transaction = ports.store.transaction()
        whole.begin(transaction, manifest.checksum)
        try:
            transaction.commit()
        except Refused as error:
            raise Conflict("somebody else has just begun to restore into this table") from error
        return "copying"
    if state[0] != manifest.checksum:
        raise Conflict("another export is half restored here: finish that one, or empty the table")
    return state[1]


def _require_equal(ports: Ports, lines: Callable[[], Iterator[str]], progress: Callable[[int], None]) -> None:
    """Compare what stands in the table with what was read, item by item, but for what may expire meanwhile."""
    until = (ports.now() + _PASSING).timestamp()
    wanted, found = Fold(), Fold()
    for line in lines():
        if not expired(json.loads(line), until):
            wanted.add(line)
    for row in ports.store.whole.rows():
        progress(1)
        if not expired(row, until):
            found.add(line_of_item(row))
    if (wanted.count, wanted.checksum) != (found.count, found.checksum):
        raise Conflict(
            f"the table holds {found.count} items where the export has {wanted.count}, or other ones: something else "
            "wrote into it meanwhile. Empty the table, keep visitors and the program away from it, and restore again"
        )
