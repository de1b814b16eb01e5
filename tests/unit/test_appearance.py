"""What the owner may say of looks and proof, and what is refused with a field, a reason and a way out."""

from typing import Any

import pytest

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.settings import changed, default_settings
from chalicelib.domain.settings.appearance import Picture, Theme, pictures_in

VAN = "our-van-800x600-0a1b2c3d.webp"
LOGO = "logo-400x120-0a1b2c3d.png"


def theme(**part: Any) -> Theme:
    return changed(default_settings(), {"theme": part}).theme


def test_what_is_accepted_is_kept() -> None:
    settings = changed(
        default_settings(),
        {
            "theme": {"color": "#7A1F2B", "logo": LOGO, "font": "serif"},
            "proof": {"rating": 4.9, "reviews": 212, "photos": [{"picture": VAN, "alt": "Our van"}]},
        },
    )
    assert (settings.theme.color, settings.theme.font) == ("#7a1f2b", "serif")
    assert settings.theme.logo == Picture(LOGO, 400, 120)
    assert settings.proof.photos == (Picture(VAN, 800, 600, "Our van"),)
    assert pictures_in(settings.theme, settings.proof) == {"theme.logo": LOGO, "proof.photos[0].picture": VAN}


@pytest.mark.parametrize(
    ("part", "field", "words"),
    [
        ({"theme": {"color": "#ff8800"}}, "theme.color", "#a65800 is near it and can be read"),
        ({"theme": {"color": "#ff8800"}}, "theme.color", "contrast of 2."),
        ({"theme": {"accent": "#ffffff"}}, "theme.accent", "text needs 4.5:1"),
        ({"theme": {"color": "green"}}, "theme.color", "six hexadecimal digits"),
        ({"theme": {"color": "#12564a;}"}}, "theme.color", "longer than 7"),
        ({"theme": {"font": "Comic Sans"}}, "theme.font", "must be one of"),
        ({"theme": {"logo": "https://cdn.example.com/logo.png"}}, "theme.logo", "goodword picture add"),
        ({"theme": {"logo": "../secrets-80x80-0a1b2c3d.png"}}, "theme.logo", "goodword picture add"),
        ({"theme": {"dark": True}}, "theme.dark", "is not known here"),
        ({"theme": None}, "theme", "must be an object"),
        ({"proof": {"rating": 4.9}}, "proof.reviews", "is required with a rating"),
        ({"proof": {"reviews": 9}}, "proof.rating", "is required"),
        ({"proof": {"rating": 6, "reviews": 9}}, "proof.rating", "from 1 to 5"),
        ({"proof": {"since": "1998"}}, "proof.since", "whole number"),
        ({"proof": {"photos": [{"picture": VAN}]}}, "proof.photos[0].alt", "is required"),
        ({"proof": {"photos": [{"picture": VAN, "alt": "x"}] * 7}}, "proof.photos", "at most 6"),
    ],
)
def test_what_is_refused_names_its_field_and_says_why(part: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        changed(default_settings(), part)
    assert [words in error.message for error in refused.value.errors if error.field == field] == [True]
