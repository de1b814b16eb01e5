"""Change what staff and owner decide about one participant: pause, opt-out, exceptions, aliases (P19)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.errors import Conflict, NotFound, Refused
from chalicelib.domain.identities import token_hash
from chalicelib.domain.participants import LeaderboardName, Participant
from chalicelib.domain.rewards import RewardPlan
from chalicelib.services.ask import reconsider_invitation
from chalicelib.services.audit import record_audit
from chalicelib.services.links import share_token
from chalicelib.services.ports import Ports, attempts

_AUDITED = ("name", "opted_out", "paused", "leaderboard_name", "aliases", "reward_plan", "invitation")


@dataclass(frozen=True)
class Decisions:
    """What to change; None leaves a thing as it is, except `reward_plan`, which `sets_plan` says is meant.

    `most_aliases`: with so many, no other is added. `new_share_link`: the old one opens nothing any more.
    """

    name: str | None = None
    opted_out: bool | None = None
    paused: bool | None = None
    leaderboard_name: LeaderboardName | None = None
    trusted: bool | None = None
    add_alias: str | None = None
    most_aliases: int | None = None
    new_share_link: bool = False
    sets_plan: bool = False
    reward_plan: RewardPlan | None = None

    def applied(self, participant: Participant) -> Participant:
        given: Mapping[str, Any] = {
            name: value
            for name in ("name", "opted_out", "paused", "leaderboard_name", "trusted")
            if (value := getattr(self, name)) is not None
        }
        changed = replace(participant, **given)
        if self.sets_plan:
            changed = replace(changed, reward_plan=self.reward_plan)
        if self.new_share_link:
            changed = replace(changed, share_generation=changed.share_generation + 1)
        if self.add_alias is not None and self.add_alias not in changed.aliases:
            if self.most_aliases is not None and len(changed.aliases) >= self.most_aliases:
                words = f"there are {len(changed.aliases)} aliases already; they hold for ever, so there cannot be more"
                raise Conflict(words)
            changed = replace(changed, aliases=(*changed.aliases, self.add_alias))
        return changed


def change_participant(ports: Ports, code: str, decisions: Decisions, by: str, note: str | None = None) -> Participant:
    """Apply the decisions with their audit entry.

    Raises NotFound, and Conflict for an alias too many or somebody else's.
    """
    for _ in attempts():
        known = ports.store.participants.get(code)
        if known is None:
            raise NotFound("participant", code)
        changed = decisions.applied(known)
        if changed == known:
            return known
        transaction = ports.store.transaction()
        if known.invitation.status != "none":
            changed = reconsider_invitation(ports, transaction, known, changed)
        ports.store.participants.change(transaction, changed)
        ports.store.names.note(transaction, known, changed)
        if changed.opted_out != known.opted_out and known.phone is not None:
            phone = ports.pseudonyms.phone(known.phone)
            ports.store.identities.set_opt_out(transaction, phone, opted_out=changed.opted_out)
        if changed.share_generation != known.share_generation:
            ports.store.participants.add_share_token(transaction, token_hash(share_token(ports, changed)), code)
        if changed.aliases != known.aliases and decisions.add_alias is not None:
            ports.store.participants.add_alias(transaction, decisions.add_alias, code)
        what = [name for name in _AUDITED if getattr(changed, name) != getattr(known, name)]
        if changed.share_generation != known.share_generation:
            what.append("share_link")
        record_audit(ports, transaction, by, f"participant changed: {', '.join(what)}", code, note)
        try:
            transaction.commit()
        except Refused as refused:
            if "alias" in refused.failed:
                raise Conflict(f"the alias {decisions.add_alias} belongs to somebody already") from refused
            continue
        return ports.store.participants.get(code) or changed
    raise AssertionError  # attempts() raises before this
