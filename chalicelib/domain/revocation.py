"""Whether a text says no: the usual words, and any other wording that means it (47 CFR 64.1200(a)(10)).

In doubt, what could be about a visit or an appointment is an ordinary reply, and a person reads it.
"""

import re

KEYWORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
_WORDS = KEYWORDS | {"unsub", "stopp", "alto", "parar", "pare", "arret", "basta"}


def _one_of(words: str) -> str:
    """A pattern for any of the words; `_` stands for a space within one."""
    return f"(?:{'|'.join(word.replace('_', ' ') for word in words.split())})"


#: What may stand around one of the words without changing what it means.
_AROUND = re.compile(
    _one_of(
        "please pls plz now this it just ok okay thanks thank you i said say all immediately already no yes everything"
        " asap right these those hey hi hello sorry sir maam me my texts? messages? texting want to the from por favor"
        " must have need would like"
    )
)
_SENT = _one_of(
    "texts? texting messages? messaging msgs? sms contact contacting emails? emailing spam spamming notifications?"
    " alerts? communications? promotions? solicitations? soliciting marketing advertising ads"
)
#: What may stand between the no and what is not wanted.
_FILL = (
    "(?:"
    + _one_of(
        "any all the these those this your you my me more further such of to from with for at sending sends? getting"
        " get receiving receive be being please ever again anymore stupid annoying unwanted damn fucking text phone"
        " cell automated marketing promotional on number wish want like need"
    )
    + " )*"
)
_ME = _one_of("me us this_number this_phone my_number my_phone my_cell here again anymore any_more")
_MY_NUMBER = r"my (?:cell |phone )?(?:number|name|info|information|contact)"
_LIST = _one_of("lists? texts messages database system here program contacts marketing records")
_DO_NOT = "(?:dont|do not|never)"
_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        rf"\b(?:stop|quit|cease|end|discontinue|halt|refrain from) {_FILL}{_SENT}\b",
        r"\b(?:stop|quit|cease) (?:bothering|harassing|bugging|annoying|pestering|writing)\b",
        rf"\bstop sending (?:me )?{_one_of('this these stuff things anything them those it')}\b",
        # "Do not text me before nine" asks for another hour, not for silence.
        (
            rf"^(?!.*\b(?:before|after|until|till|during|while)\b).*\b{_DO_NOT} (?:you |ever |please |dare )*"
            rf"{_one_of('text message contact msg sms spam write')}(?: to)? {_ME}\b"
        ),
        rf"^(?:please )?{_DO_NOT} (?:text|message|contact)(?: please)?$",
        rf"\b{_DO_NOT} (?:ever )?send (?:me |us )?{_one_of('any more these those this anything another')} ",
        (
            rf"\b(?:dont|do not|never|no longer|not) {_one_of('want wish care agree consent like interested_in')}"
            rf" {_FILL}{_SENT}\b(?! back)"
        ),
        rf"\bno more (?:of )?(?:these |those |your )?{_SENT}\b",
        rf"^no {_SENT}(?: please)?$",
        rf"\b(?:enough|tired|sick|done) (?:of|with) {_FILL}{_SENT}\b",
        (
            rf"\b(?:never|didnt|did not) {_one_of('sign_up signed_up ask asked agreed? consented opted_in')}"
            rf" (?:for |to )?{_FILL}{_SENT}\b"
        ),
        r"^(?:please )?(?:take|remove|delete|drop) me(?: please| now| immediately)?$",
        (
            rf"\b(?:take|remove|delete|drop|get) (?:me|{_MY_NUMBER}) (?:off|from)(?: of)?"
            rf" (?:{_one_of('your the this that all any these')} )*(?:\w+ ){{0,2}}{_LIST}\b"
        ),
        rf"\b(?:remove|delete|lose|forget|erase) {_MY_NUMBER}\b",
        r"\btake me off(?: this| please| now| it)?$",
        rf"\b{_one_of('unsubscribed? unsub optout opt_out opting_out opt_me_out opted_out')}\b",
        rf"\b(?:revoke|withdraw|rescind) (?:my |this |all |any |the )*{_one_of('consent permission authorization')}\b",
        rf"\b{_DO_NOT} (?:have|had|gave|give) (?:you )?(?:my )?(?:consent|permission)\b",
        r"\bno longer consent\b",
        r"\b(?:leave (?:me|us) alone|lose this number|go away|cease and desist|knock it off|(?:fuck|piss) off)\b",
        r"\bdo not contact$",
        rf"\b(?:report|block)(?:ing|ed)? {_one_of('you this your_number this_number as_spam')}\b",
        r"^(?:this is )?spam$",
        (
            r"^(?:sorry |hi |hello |i think |you have |u have |this is |the |a )*wrong (?:number|person)"
            r"(?: sorry| please| stop| texting)*$"
        ),
        rf"\bno (?:me )?{_one_of('envien? envies manden? mandes escriban? escribas')}\b",
        r"\b(?:dejen|deje|deja) de (?:enviar|mandar|escribir)\w*\b",
    )
]
_NOT_MEANT = re.compile(
    rf"\b(?:dont|do not|didnt|did not|not) (?:\w+ ){{0,3}}{_one_of('unsubscribe opt_out stop cancel')}\b"
    r"|\bnever (?:unsubscribed|opted out)\b"
)


def revokes(words: str) -> bool:
    """Whether a text, in small letters without accents and punctuation, asks to be left alone."""
    if _NOT_MEANT.search(words):
        return False
    said = words.split()
    if any(word in _WORDS for word in said) and all(word in _WORDS or _AROUND.fullmatch(word) for word in said):
        return True
    return any(pattern.search(words) for pattern in _PATTERNS)
