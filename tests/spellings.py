"""How people write one phone number and one e-mail address."""

from itertools import cycle, islice


def phone_spellings(e164: str) -> list[str]:
    """Forty spellings of a North American number."""
    area, exchange, line = e164[2:5], e164[5:8], e164[8:]
    patterns = (
        "{a}{e}{l}", "({a}) {e}-{l}", "({a}){e}-{l}", "{a}-{e}-{l}", "{a}.{e}.{l}", "{a} {e} {l}", "{a}/{e}-{l}",
        "({a}) {e} {l}", "{a}-{e}{l}", "{a} {e}-{l}",
    )  # fmt: skip
    plain = [pattern.format(a=area, e=exchange, l=line) for pattern in patterns]
    prefixes = ("{}", "1-{}", "+1 {}", " +1{} ")
    return [prefix.format(spelt) for prefix in prefixes for spelt in plain]


def email_spellings(gmail: str) -> list[str]:
    """Forty spellings of one Gmail address, whose own has dots in it."""
    local = gmail.partition("@")[0].replace(".", "")
    dotted = [local, *(f"{local[:i]}.{local[i:]}" for i in range(1, 5)), ".".join(local)]
    tags = ("", "+referral", "+x7", "+a+b")
    domains = ("gmail.com", "googlemail.com", "GMAIL.com", "Googlemail.Com")
    spelt = [f"{name}{tag}@{domain}" for name in dotted for tag in tags for domain in domains]
    cased = [
        text.upper() if index % 3 == 1 else f" {text} " if index % 3 == 2 else text for index, text in enumerate(spelt)
    ]
    return list(dict.fromkeys(islice(cycle(cased[::2] + cased[1::2]), 60)))[:40]
