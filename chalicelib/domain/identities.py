"""An identity is a phone, an e-mail or an outside id, kept as a keyed hash: whoever holds it first owns the person."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.identifiers import discount_code_from
from chalicelib.domain.people import email_identity


@dataclass(frozen=True)
class Identity:
    """Who holds one identity: an enrolled participant, a referral that brought the person, or both."""

    key: str
    participant_id: str | None = None
    referral_id: str | None = None
    opted_out: bool = False


@dataclass(frozen=True)
class Contact:
    """How one person can be recognised: normalised phone (E.164) and e-mail, and ids in other programs."""

    phone: str | None = None
    email: str | None = None
    external_ids: tuple[str, ...] = ()


class Pseudonyms:
    """Turn what identifies a person into table keys that say nothing to whoever reads the table's keys."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def key(self, kind: str, value: str) -> str:
        """HMAC-SHA256 of `kind:value`, the first 128 bits in hex."""
        return hmac.new(self._secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()[:32]

    def fingerprint(self) -> str:
        """What tells one secret from another and gives nothing of it away."""
        return self.key("fingerprint", "goodword")

    def phone(self, phone: str) -> str:
        return self.key("phone", phone)

    def email(self, email: str) -> str:
        return self.key("email", email_identity(email))

    def external(self, external_id: str) -> str:
        return self.key("external", external_id)

    def address(self, address: str) -> str:
        """A network address, for limits and flags only."""
        return self.key("address", address)

    def of(self, contact: Contact) -> Iterator[str]:
        """The keys of a contact, the most telling first: outside ids, phone, e-mail (S10)."""
        for external_id in contact.external_ids:
            yield self.external(external_id)
        if contact.phone:
            yield self.phone(contact.phone)
        if contact.email:
            yield self.email(contact.email)

    def friend_code(self, referral_id: str) -> str:
        """The discount code of the friend in a referral: told again it is the same, and nobody can guess it."""
        return discount_code_from(hmac.new(self._secret, f"friend:{referral_id}".encode(), hashlib.sha256).digest())

    def unsubscribe_token(self, email: str) -> str:
        """Stands for an address below e-mails to it, and does not say which: its key, and proof that it is ours."""
        key = self.email(email)
        return key + self.key("unsubscribe", key)

    def unsubscribing(self, token: str) -> str | None:
        """The key of the address a token stands for, or None for one that we did not give."""
        key, proof = token[:32], token[32:]
        fits = hmac.compare_digest(proof.encode("utf-8", "replace"), self.key("unsubscribe", key).encode())
        return key if fits else None

    def sign_in_token(self, sign_in_id: str) -> str:
        """What a sign-in link carries: the id, and proof that it is ours."""
        return f"{sign_in_id}.{self.key('sign-in', sign_in_id)}"

    def signing_in(self, token: str) -> str | None:
        """The id of the sign-in that a token is for, or None for a token we did not give."""
        sign_in_id = token.partition(".")[0]
        fits = hmac.compare_digest(token.encode("utf-8", "replace"), self.sign_in_token(sign_in_id).encode())
        return sign_in_id if fits else None

    def sign_in_code(self, sign_in_id: str) -> str:
        """Six digits, for who cannot open the link on the machine they want to work on."""
        digest = hmac.new(self._secret, f"sign-in-code:{sign_in_id}".encode(), hashlib.sha256).digest()
        return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06}"

    def share_token(self, participant_id: str, generation: int) -> str:
        """The participant's 256-bit share token; a new generation makes the old one worthless."""
        digest = hmac.new(self._secret, f"share:{participant_id}:{generation}".encode(), hashlib.sha256).digest()
        return digest.hex()


def is_job(external_id: str) -> bool:
    """Whether an outside id is a job's and not a person's: `crm-job:7`, `hcp-job:7`."""
    return external_id.partition(":")[0].endswith("-job")


def token_hash(token: str) -> str:
    """How a share token or a key's secret is stored: its SHA-256, enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
