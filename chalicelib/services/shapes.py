"""How things look to other programs, in the API and in webhooks; the names are fixed by docs/openapi.yaml."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access import ApiKey, AuditEntry
from chalicelib.domain.candidates import WHY, Reason
from chalicelib.domain.commitments import Commitment
from chalicelib.domain.consent import Consent
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.messages import Message
from chalicelib.domain.participants import Participant
from chalicelib.domain.previews import Preview
from chalicelib.domain.referrals import Referral
from chalicelib.domain.replies import Reply
from chalicelib.domain.results_review import ResultsReview
from chalicelib.domain.rewards import Reward
from chalicelib.domain.settings import plan_as_json
from chalicelib.domain.users import User
from chalicelib.domain.webhooks import Webhook
from chalicelib.services.links import landing_link, share_link

if TYPE_CHECKING:
    from chalicelib.services.import_people import ImportReport
    from chalicelib.services.ports import Ports


def page_shape(items: Iterable[dict[str, Any]], cursor: str | None) -> dict[str, Any]:
    """A list as every list is answered."""
    return {"items": list(items), "next": cursor}


def participant_shape(ports: "Ports", participant: Participant) -> dict[str, Any]:
    totals, invitation = participant.totals, participant.invitation
    return {
        "id": participant.id,
        "code": participant.id,
        "link": landing_link(ports, participant.id),
        "share_link": share_link(ports, participant),
        "name": participant.name,
        "phone": participant.phone,
        "email": participant.email,
        "segment": participant.segment,
        "address": participant.address,
        "trusted": participant.trusted,
        "external_id": participant.external_id,
        "aliases": list(participant.aliases),
        "opted_out": participant.opted_out,
        "paused": participant.paused,
        "leaderboard_name": participant.leaderboard_name,
        "totals": {
            "visits": totals.visits,
            "sent": totals.sent,
            "closed": totals.closed,
            "earned_cents": totals.earned_cents,
        },
        "credit_cents": participant.credit_cents,
        "invitation": {
            "status": invitation.status,
            "reasons": list(invitation.reasons),
            "at": time_shape(invitation.at),
            "asked": [time_shape(at) for at in invitation.rounds],
            "by": invitation.by,
        },
        "sequence": {
            "steps": [
                {"step": name, "number": step.number, "at": time_shape(step.at), "outcome": step.outcome}
                for name, step in participant.sequence.steps.items()
            ],
            "next_at": time_shape(participant.sequence.next_at),
            "ended_at": time_shape(participant.sequence.ended_at),
            "why_ended": participant.sequence.why_ended,
        },
        "satisfaction": {
            "job_at": time_shape(participant.satisfaction.job_at),
            "score": participant.satisfaction.score,
            "open_issues": list(participant.satisfaction.open_issues),
        },
        "results_review": _results_review_shape(participant.results),
        "reward_plan": plan_as_json(participant.reward_plan) if participant.reward_plan else None,
        "created_at": time_shape(participant.created_at),
    }


def _results_review_shape(review: ResultsReview | None) -> dict[str, Any] | None:
    if review is None:
        return None
    return {
        "job_at": time_shape(review.job_at),
        "opened_at": time_shape(review.opened_at),
        "outcome": review.outcome,
        "held_at": time_shape(review.held_at),
        "held_by": review.held_by,
        "asked": review.asked,
    }


def commitment_shape(ports: "Ports", commitment: Commitment) -> dict[str, Any]:
    return {
        "id": commitment.id,
        "participant_id": commitment.participant_id,
        "promised": commitment.promised,
        "counted": commitment.counted,
        "introductions": list(commitment.introductions),
        "due_on": commitment.due_on.isoformat(),
        "overdue": commitment.state == "open" and commitment.due_at <= ports.now(),
        "state": commitment.state,
        "note": commitment.note,
        "letters": [{"at": time_shape(one.at), "by": one.by, "why": one.why} for one in commitment.letters],
        "why": commitment.why,
        "letter_page": f"/v1/admin/commitments/{commitment.id}/letter",
        "created_at": time_shape(commitment.made_at),
        "created_by": commitment.made_by,
        "ended_at": time_shape(commitment.ended_at),
    }


def referral_shape(referral: Referral) -> dict[str, Any]:
    prospect = referral.prospect
    return {
        "id": referral.id,
        "participant_id": referral.participant_id,
        "prospect": {
            "name": prospect.name,
            "phone": prospect.phone,
            "email": prospect.email,
            "address": prospect.address,
        },
        "stage": referral.stage,
        "appointment_on": referral.appointment_on.isoformat() if referral.appointment_on else None,
        "source": referral.source,
        "channel": referral.channel,
        "service": referral.service,
        "message": referral.message,
        "callback_window": referral.callback_window,
        "offer": referral.offer,
        "discount_code": referral.discount_code,
        "referred_by": referral.referred_by,
        "referrer_unknown": referral.referrer_unknown,
        "agreed_to_call": referral.agreed_to_call,
        "consent": _consent_shape(referral.consent),
        "disqualified": referral.disqualified,
        "first_referral_id": referral.first_referral_id,
        "flags": [{"kind": flag.kind, "why": flag.why} for flag in referral.flags],
        "review": referral.review,
        "closed": referral.closed,
        "reward_id": referral.reward_id,
        "invoices": [invoice_shape(invoice) for invoice in referral.invoices.values()],
        "created_at": time_shape(referral.created_at),
        "deleted_at": time_shape(referral.deleted_at),
        "history": [
            {"stage": change.stage, "at": time_shape(change.at), "by": change.by} for change in referral.history
        ],
        "why": referral.why,
    }


def candidate_shape(participant: Participant, reason: Reason) -> dict[str, Any]:
    """Somebody whom a mention may mean, with what says so, and enough to tell them from another."""
    return {
        "participant_id": participant.id,
        "name": participant.name,
        "phone": participant.phone,
        "email": participant.email,
        "segment": participant.segment,
        "reason": reason,
        "why": WHY[reason],
    }


def _consent_shape(consent: Consent | None) -> dict[str, Any] | None:
    return {"text": consent.text, "at": time_shape(consent.at), "source": consent.source} if consent else None


def invoice_shape(invoice: Invoice) -> dict[str, Any]:
    return {
        "id": invoice.id,
        "number": invoice.number,
        "state": invoice.state,
        "stands": invoice.stands,
        "amount_cents": invoice.amount_cents,
        "currency": invoice.currency,
    }


def reward_shape(reward: Reward) -> dict[str, Any]:
    return {
        "id": reward.id,
        "referral_id": reward.referral_id,
        "participant_id": reward.participant_id,
        "kind": reward.kind,
        "tier": reward.tier,
        "amount_cents": reward.amount_cents,
        "spent_cents": reward.spent_cents,
        "currency": reward.currency,
        "percent": reward.percent,
        "text": reward.text,
        "discount_code": reward.discount_code,
        "status": reward.status,
        "why": reward.why,
        "created_at": time_shape(reward.created_at),
        "issued_at": time_shape(reward.issued_at),
        "redeemed_at": time_shape(reward.redeemed_at),
    }


def message_shape(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "to": message.to,
        "channel": message.channel,
        "template": message.template,
        "recipient": message.recipient,
        "participant_id": message.participant_id,
        "referral_id": message.referral_id,
        "subject": message.subject,
        "text": message.text,
        "status": message.status,
        "reason": message.reason,
        "created_at": time_shape(message.created_at),
        "sent_at": time_shape(message.sent_at),
    }


def reply_shape(reply: Reply) -> dict[str, Any]:
    return {
        "id": reply.id,
        "phone": reply.phone,
        "text": reply.text,
        "meaning": reply.meaning,
        "participant_id": reply.participant_id,
        "referral_id": reply.referral_id,
        "at": time_shape(reply.at),
    }


def preview_shape(preview: Preview) -> dict[str, Any]:
    length = preview.length
    return {
        "template": preview.template,
        "channel": preview.channel,
        "own": preview.own,
        "subject": preview.subject,
        "text": preview.text,
        "longest": preview.longest,
        "length": {"encoding": length.encoding, "units": length.units, "segments": length.segments} if length else None,
        "findings": list(preview.findings),
        "words": dict(preview.words),
    }


def webhook_shape(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "type": webhook.type,
        "url": webhook.url,
        "about": webhook.about,
        "status": webhook.status,
        "attempts": webhook.attempts,
        "reason": webhook.reason,
        "created_at": time_shape(webhook.at),
        "due_at": time_shape(webhook.due_at) if webhook.status in {"pending", "claimed"} else None,
        "ended_at": time_shape(webhook.ended_at),
        "data": dict(webhook.data),
    }


def audit_shape(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": time_shape(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "note": entry.note,
    }


def import_shape(report: "ImportReport") -> dict[str, Any]:
    return {
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "bad": [{"line": bad.line, "reason": bad.reason} for bad in report.bad],
        "ignored": list(report.ignored),
    }


def time_shape(at: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def user_shape(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "role": user.role,
        "email": user.email,
        "phone": user.phone,
        "created_at": time_shape(user.created_at),
        "disabled_at": time_shape(user.disabled_at),
    }


def key_shape(key: ApiKey) -> dict[str, Any]:
    return {
        "kid": key.kid,
        "role": key.role,
        "name": key.name,
        "created_at": time_shape(key.created_at),
        "revoked_at": time_shape(key.revoked_at),
    }
