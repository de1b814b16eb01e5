"""What QuickBooks, Jobber and Housecall Pro send and answer, less what nobody reads here, and how they sign it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.errors import Deferred
from chalicelib.inbound.fetch import Answer

AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
REALM = "9130350000000001"
SECRET = "a-secret-of-the-tests-own"


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def body_hmac(raw: bytes, secret: str = SECRET) -> str:
    """Base64 HMAC-SHA256 of a body, as QuickBooks and Jobber sign."""
    return base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()


def housecallpro_headers(raw: bytes, at: datetime, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
    return {"api-timestamp": timestamp, "api-signature": digest}


class FakeApi:
    """An API with prepared answers by the end of the address, or of what the body asks for; `asked` notes the rest."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, Mapping[str, str], bytes | None]] = []
        self.down = False

    def put(self, end: str, value: object, status: int = 200) -> None:
        self.answers[end] = Answer(status, encoded(value))

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        self.asked.append((url, headers, body))
        if self.down:
            raise Deferred("api.example.com cannot be reached: timed out")
        key = url if body is None else json.loads(body)["variables"]["id"] if body.startswith(b"{") else url
        return next((answer for end, answer in self.answers.items() if key.endswith(end)), Answer(404, b"{}"))


def cloud_event(operation: str, entity_id: str, at: str, *, entity: str = "invoice", **parts: Any) -> dict[str, Any]:
    """QuickBooks' notice as a CloudEvent."""
    return {
        "specversion": "1.0",
        "id": f"{entity}-{entity_id}-{operation}-{at}",
        "source": "intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",
        "type": f"qbo.{entity}.{operation}.v1",
        "datacontenttype": "application/json",
        "time": at,
        "intuitentityid": entity_id,
        "intuitaccountid": REALM,
        "data": {},
        **parts,
    }


def old_notice(operation: str, entity_id: str, at: str, *, name: str = "Invoice") -> dict[str, Any]:
    """The same in the older form."""
    changed = {"name": name, "id": entity_id, "operation": operation, "lastUpdated": at}
    return {"eventNotifications": [{"realmId": REALM, "dataChangeEvent": {"entities": [changed]}}]}


def quickbooks_invoice(at: str, *, total: float = 1845.0, balance: float = 1845.0, **parts: Any) -> dict[str, Any]:
    """QuickBooks' answer about an invoice."""
    invoice = {
        "Id": "145",
        "SyncToken": "0",
        "DocNumber": "1037",
        "TxnDate": "2026-05-04",
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "CustomerRef": {"value": "24", "name": "Sam Lee"},
        "TotalAmt": total,
        "Balance": balance,
        "MetaData": {"CreateTime": "2026-05-04T01:00:00-07:00", "LastUpdatedTime": at},
        **parts,
    }
    return {"Invoice": invoice, "time": "2026-05-04T03:00:00.000-07:00"}


def quickbooks_customer(phone: str | None = "(415) 555-2672", email: str | None = "sam@example.com") -> dict[str, Any]:
    """QuickBooks' answer about a customer."""
    customer: dict[str, Any] = {"Id": "24", "DisplayName": "Sam Lee", "GivenName": "Sam", "FamilyName": "Lee"}
    if phone:
        customer["PrimaryPhone"] = {"FreeFormNumber": phone}
    if email:
        customer["PrimaryEmailAddr"] = {"Address": email}
    return {"Customer": customer}


QUICKBOOKS_PAYMENT = {
    "Payment": {
        "Id": "163",
        "TotalAmt": 1845.0,
        "Line": [
            {"Amount": 1845.0, "LinkedTxn": [{"TxnId": "145", "TxnType": "Invoice"}]},
            {"Amount": 5.0, "LinkedTxn": [{"TxnId": "9", "TxnType": "CreditMemo"}]},
        ],
    }
}


def jobber_event(topic: str, item: str, at: str, *, spelling: str = "occurredAt") -> dict[str, Any]:
    """Jobber's webhook; older apps are sent `occuredAt`."""
    event = {"topic": topic, "appId": "6f3c", "accountId": "MQ==", "itemId": item, spelling: at}
    return {"data": {"webHookEvent": event}}


def jobber_client(phone: str | None = "(415) 555-2672") -> dict[str, Any]:
    phones = [{"number": "ask Bob"}, {"number": phone}] if phone else []
    return {"id": "Y2xpZW50LzE=", "name": "Sam Lee", "phones": phones, "emails": [{"address": "sam@example.com"}]}


def jobber_invoice(
    at: str, status: str = "awaiting_payment", *, total: float = 1845.0, balance: float = 1845.0, **client: Any
) -> dict[str, Any]:
    """Jobber's invoice as the query asks for it."""
    return {
        "id": "aW52b2ljZS8x",
        "invoiceNumber": "12",
        "invoiceStatus": status,
        "updatedAt": at,
        "amounts": {"total": total, "invoiceBalance": balance},
        "client": jobber_client(**client),
    }


def housecallpro_invoice(event: str, at: str, **parts: Any) -> dict[str, Any]:
    """Housecall Pro's event about an invoice; it names no customer."""
    invoice = {
        "id": "invoice_1",
        "invoice_number": "23",
        "job_id": "job_1",
        "status": "open",
        "amount": 184500,
        "due_amount": 184500,
        "paid_at": None,
        "payments": [],
        **parts,
    }
    return {"event": event, "event_occurred_at": at, "company_id": "c-1", "invoice": invoice}


def housecallpro_job(event: str, at: str, *, phone: str | None = "4155552672", **parts: Any) -> dict[str, Any]:
    """Housecall Pro's event about a job."""
    customer = {
        "id": "cus_1",
        "first_name": "Sam",
        "last_name": "Lee",
        "email": "sam@example.com",
        "mobile_number": phone,
        "home_number": None,
        "work_number": None,
        "company": None,
    }
    job = {"id": "job_1", "customer": customer, "work_status": "scheduled", "total_amount": 184500, **parts}
    return {"event": event, "event_occurred_at": at, "company_id": "c-1", "job": job}
