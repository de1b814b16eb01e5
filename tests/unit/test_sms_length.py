"""Segments as 3GPP TS 23.038 and 23.040 count them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.sms_length import SmsLength, in_gsm, outside_gsm, sms_length


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", SmsLength("GSM-7", 0, 1)),
        ("a" * 160, SmsLength("GSM-7", 160, 1)),
        ("a" * 161, SmsLength("GSM-7", 161, 2)),
        ("a" * 306, SmsLength("GSM-7", 306, 2)),
        ("a" * 307, SmsLength("GSM-7", 307, 3)),
        ("é\n@£Ω" * 32, SmsLength("GSM-7", 160, 1)),
        ("€" * 80, SmsLength("GSM-7", 160, 1)),
        ("[" * 80 + "a", SmsLength("GSM-7", 161, 2)),
        # An escaped character is not divided: it begins the second segment, and so the last does not fit into it.
        ("a" * 152 + "€" + "a" * 151, SmsLength("GSM-7", 305, 2)),
        ("a" * 152 + "€" + "a" * 152, SmsLength("GSM-7", 306, 3)),
        ("☺" * 70, SmsLength("UCS-2", 70, 1)),
        ("☺" * 71, SmsLength("UCS-2", 71, 2)),
        ("☺" + "a" * 133, SmsLength("UCS-2", 134, 2)),
        ("☺" + "a" * 134, SmsLength("UCS-2", 135, 3)),
        ("😀" * 35, SmsLength("UCS-2", 70, 1)),
        ("😀" * 36, SmsLength("UCS-2", 72, 2)),
        # 67 units hold 33 of them and no half.
        ("😀" * 66, SmsLength("UCS-2", 132, 2)),
        ("😀" * 67, SmsLength("UCS-2", 134, 3)),
        ("ç", SmsLength("UCS-2", 1, 1)),
        ("`", SmsLength("UCS-2", 1, 1)),
    ],
)
def test_segments_are_counted_as_the_standard_says(text: str, expected: SmsLength) -> None:
    assert sms_length(text) == expected


@given(st.text(max_size=400))
def test_segments_are_never_fewer_than_the_units_need(text: str) -> None:
    length = sms_length(text)
    alone, together = (160, 153) if length.encoding == "GSM-7" else (70, 67)
    assert (length.segments == 1) == (length.units <= alone)
    least = 1 if length.units <= alone else math.ceil(length.units / together)
    assert least <= length.segments <= least + 1 + length.units // (together * 20)
    if length.encoding == "UCS-2":
        assert length.units == len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("María’s “new” sink – done…", 'Maria\'s "new" sink - done...'),
        ("André paid €20", "André paid €20"),
        ("Nguyễn Łukasz", "Nguyễn Łukasz"),
        ("50\u00a0% off", "50 % off"),
        ("李 – hello", "李 – hello"),
    ],
)
def test_a_text_becomes_gsm_where_all_of_it_can(text: str, plain: str) -> None:
    """FACTS: one character outside GSM-7 halves the room; half a change would only spoil the name."""
    assert in_gsm(text) == plain


@given(st.text(max_size=60))
def test_folding_gives_gsm_or_the_text_itself(text: str) -> None:
    assert in_gsm(text) == text or not outside_gsm(in_gsm(text))
    assert sms_length(in_gsm(text)).segments <= sms_length(text).segments + len(text)
