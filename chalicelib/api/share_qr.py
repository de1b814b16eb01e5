"""A participant's link as a QR code; only this loads what draws one."""

from chalicelib.api.call import Call
from chalicelib.domain.qr_codes import draw
from chalicelib.services.links import landing_link


def show_qr(call: Call) -> dict[str, object]:
    """Their link as a QR code: `via=qr` to be shown, `via=print` to stand on paper."""
    via = call.choice("via", ("qr", "print")) or "qr"
    link = f"{landing_link(call.program.ports, call.participant.id)}?via={via}"
    code = draw(link)
    return {"link": link, "size": code.size, "path": code.path}
