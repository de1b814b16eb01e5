"""Sixty ways to say no are heard; sixty ordinary replies are not taken for one (47 CFR 64.1200(a)(10))."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.replies import is_keyword, meaning_of

REVOCATIONS = """
STOP
stop
Stop.
STOP!!!
stopall
STOP ALL
Unsubscribe
UNSUBSCRIBE ME
cancel
END
quit
Revoke
OPTOUT
opt out
Opt-out
opt-out please
stop please
please stop
Pls stop
Stop now
just stop
OK stop
stop stop stop
STOP thank you
I said STOP
stop it
Please stop texting me
stop texting
Stop texting me!
Stop sending me messages
stop messaging me please
Please stop sending these texts
Can you stop sending me texts?
quit texting me
Don't text me anymore
Do not text me again
don’t text me
dont text this number again
Don't contact me again
do not contact me
Never text me again
please do not message me any more
I don't want these messages
I do not want to receive texts from you
I don't want any more texts
I no longer want to receive your messages
I do not wish to be contacted... no more messages
No more texts please
no more messages
no texts
Take me off your list
please take me off this list
remove me from your list
Remove me
Remove my number
please remove my phone number from your database
delete my number
lose my number
I'd like to unsubscribe
How do I unsubscribe?
I want to opt out
opt me out
Opting out.
I revoke my consent
I withdraw my permission
You do not have my consent to text me, I no longer consent
leave me alone
Leave me alone!!
Wrong number
Sorry, wrong number
you have the wrong number
I never signed up for these texts
I didn't ask for these messages
Enough with the texts
tired of these messages
I'm reporting this as spam
Stop spamming me
Stop bothering me
Go away
cease and desist
Quit sending me this marketing
Discontinue texts
Alto
No me envíes más mensajes
""".strip().splitlines()

REPLIES = """
Yes
YES please
No
no thanks
Ok
Thanks!
Thank you so much
Great job guys
Who is this?
What is this about?
Call me tomorrow
Can you call me after 5?
Please call, don't text
Don't call before 9
Don't text me before 9am, I sleep late
Please don't text me until after the funeral
I can't text right now
Could you stop by tomorrow?
Please stop by at noon
When will you stop by?
The leak won't stop
It doesn't stop dripping
The toilet does not stop running
Make it stop leaking please!
We're at the last stop on Maple Street
Bus stop is right outside
I need to cancel my appointment
Can we cancel Tuesday and do Thursday?
I had to cancel our trip, can you come earlier
Let's end at 5
At the end of the week works
The dead end road on the left
My old plumber quit
I quit smoking, ha
The heater quit working
Remove the old sink too please
Can you remove my old water heater?
Can you take me off the schedule for Tuesday?
Take the second left
I don't get your message
I don't have your text with the price
I didn't get your text
I don't understand this message
I don't want to miss your text
Did you text me?
Text me when you are on the way
Send me the invoice by text
Message me later
How do I send my friend the link?
I sent your link to my sister
My neighbor wants your number
Here is my friend's number, she needs a plumber
I gave you the wrong address
I gave the wrong number for Bob, his is below
You got the wrong house I think
I don't want to stop the service
Please don't cancel my appointment
I never unsubscribed, why did the texts end?
Don't stop, the job looks great
Interested
How much is the reward?
What information do you need?
Can you help me with my faucet?
Start whenever you like
When do you start?
We want to start on Monday
Subscribe to what?
Is there an end date for the offer?
No problem
No more leaks, thank you!
Not now, maybe in spring
I will tell my friends
🙂
👍👍
""".strip().splitlines()


def test_there_are_enough_of_both() -> None:
    assert len(set(REVOCATIONS)) >= 60
    assert len(set(REPLIES)) >= 60


@pytest.mark.parametrize("text", REVOCATIONS)
def test_any_reasonable_wording_of_no_is_heard(text: str) -> None:
    assert meaning_of(text) == "stop"


@pytest.mark.parametrize("text", REPLIES)
def test_an_ordinary_reply_is_a_reply(text: str) -> None:
    assert meaning_of(text) == "reply"


@pytest.mark.parametrize("text", ["START", "start", "Unstop!", "Start.", "opt in"])
def test_start_brings_back(text: str) -> None:
    assert meaning_of(text) == "start"


@pytest.mark.parametrize("text", ["HELP", "help!", "Info", "help me"])
def test_help_asks_for_help(text: str) -> None:
    assert meaning_of(text) == "help"


@pytest.mark.parametrize("word", ["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"])
@given(around=st.tuples(*[st.text(alphabet=" \t\n.,!?*\"'-🙂", max_size=4)] * 2))
def test_the_bare_words_hold_in_any_dress(word: str, around: tuple[str, str]) -> None:
    for spelt in (word, word.upper(), word.title()):
        text = around[0] + spelt + around[1]
        assert meaning_of(text) == "stop"
        assert is_keyword(text)


@given(st.text(max_size=2000))
def test_whatever_comes_has_one_meaning(text: str) -> None:
    assert meaning_of(text) in {"stop", "start", "help", "reply"}
