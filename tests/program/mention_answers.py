"""Answers to "who referred you?" as people write them, with whom each of them means.

Everybody in the town is invented; the answers are what offices hear.
"""

from typing import NamedTuple


class Resident(NamedTuple):
    """A participant; a code and an alias only where an answer needs them."""

    name: str
    phone: str | None = None
    email: str | None = None
    alias: str | None = None


TOWN = (
    Resident("Jane Doe", "+12125550142", "jane@example.com", "plumbing-jane"),
    Resident("Robert Smith", "+12125550143"),
    Resident("Robin Smythe"),
    Resident("William Johnson"),
    Resident("Margaret O'Brien"),
    Resident("Katherine Wilson"),
    Resident("José García"),
    Resident("Mary-Ann Jones"),
    Resident("Michael Anderson"),
    Resident("Richard Church"),
    Resident("Elizabeth Taylor-Burke"),
    Resident("Dr. Samuel Okonkwo"),
    Resident("Nguyen Thi Lan"),
    Resident("Sean MacAllister", None, "sean.mac@example.com"),
    Resident("Philip Abernathy"),
    Resident("Mary Jane Watson"),
    Resident("Dave Kowalczyk"),
    Resident("Christine Thompson"),
    Resident("Giuseppe Rossi"),
    Resident("Abigail Young"),
    Resident("Peter Van Dyke"),
    Resident("李小明"),
    Resident("Søren Lindqvist"),
    Resident("Acme Plumbing Supply"),
    Resident("Thomas Hathaway Jr."),
    Resident("Patricia Nakamura"),
    Resident("Maria Rossi"),
    Resident("Charlotte Ibrahim"),
)

JANE, BOB, BILL, PEGGY, KATE, JOSE = (TOWN[number].name for number in (0, 1, 3, 4, 5, 6))

#: The answer, whom it means, and what says so. Of several whom it may mean, the one named stands first.
MEANT: tuple[tuple[str, str, str], ...] = (
    # As it stands.
    ("Jane Doe", JANE, "same_name"),
    ("jane doe", JANE, "same_name"),
    ("JANE  DOE", JANE, "same_name"),
    ("Doe, Jane", JANE, "same_name"),
    ("Doe Jane", JANE, "same_name"),
    ("Mrs. Jane Doe", JANE, "same_name"),
    ("Jane Doe.", JANE, "same_name"),
    ("Jose Garcia", JOSE, "same_name"),
    ("Mary Ann Jones", "Mary-Ann Jones", "same_name"),
    ("Sam Okonkwo", "Dr. Samuel Okonkwo", "similar_name"),
    ("Lan Nguyen Thi", "Nguyen Thi Lan", "same_name"),
    ("李小明", "李小明", "same_name"),
    ("Thomas Hathaway", "Thomas Hathaway Jr.", "same_name"),
    ("peggy obrien", PEGGY, "similar_name"),
    # With words around it.
    ("my neighbor Bob Smith", BOB, "similar_name"),
    ("My neighbour, Robert Smith", BOB, "same_name"),
    ("Jane Doe from church", JANE, "same_name"),
    ("Jane Doe (next door)", JANE, "same_name"),
    ("I was referred by Jane Doe", JANE, "same_name"),
    ("Jane Doe told me about you", JANE, "same_name"),
    ("my sister-in-law Jane Doe", JANE, "same_name"),
    ("a friend of mine, Kate Wilson", KATE, "similar_name"),
    ("Bill Johnson down the street", BILL, "similar_name"),
    ("Jane Doe - she lives on Oak Street", JANE, "same_name"),
    ("my coworker Mike Anderson at the school", "Michael Anderson", "similar_name"),
    ("Jane and John Doe", JANE, "same_name"),
    ("Bob & Sue Smith", BOB, "similar_name"),
    ("Aunt Peggy O'Brien", PEGGY, "similar_name"),
    ("Jane Doe's husband", JANE, "same_name"),
    # Nicknames.
    ("Bob Smith", BOB, "similar_name"),
    ("Bobby Smith", BOB, "similar_name"),
    ("Rob Smith", BOB, "similar_name"),
    ("Will Johnson", BILL, "similar_name"),
    ("Liz Taylor-Burke", "Elizabeth Taylor-Burke", "similar_name"),
    ("Dick Church", "Richard Church", "similar_name"),
    ("Pat Nakamura", "Patricia Nakamura", "similar_name"),
    ("David Kowalczyk", "Dave Kowalczyk", "similar_name"),
    ("Abby Young", "Abigail Young", "similar_name"),
    # Typing errors, also where a word begins, and with a nickname.
    ("Jnae Doe", JANE, "similar_name"),
    ("Kane Doe", JANE, "similar_name"),
    ("Jame Doe", JANE, "similar_name"),
    ("Robert Smiht", BOB, "similar_name"),
    ("Bob Smitth", BOB, "similar_name"),
    ("Catherine Wilson", KATE, "similar_name"),
    ("Kathy Willson", KATE, "similar_name"),
    ("Micheal Andersen", "Michael Anderson", "similar_name"),
    ("Phillip Abernaty", "Philip Abernathy", "similar_name"),
    ("Dave Kowalchyk", "Dave Kowalczyk", "similar_name"),
    ("Christine Thomson", "Christine Thompson", "similar_name"),
    ("Sean McAllister", "Sean MacAllister", "similar_name"),
    ("Guiseppe Rossi", "Giuseppe Rossi", "similar_name"),
    ("Soren Lindqvist", "Søren Lindqvist", "similar_name"),
    ("Charlote Ibrahim", "Charlotte Ibrahim", "similar_name"),
    # A part of it.
    ("Mary Watson", "Mary Jane Watson", "similar_name"),
    ("Elizabeth Burke", "Elizabeth Taylor-Burke", "similar_name"),
    ("Jane D.", JANE, "given_name_and_initial"),
    ("jane d", JANE, "given_name_and_initial"),
    ("Bob S.", BOB, "given_name_and_initial"),
    ("J. Doe", JANE, "surname_and_initial"),
    ("Mrs Doe", JANE, "surname"),
    ("Dr. Okonkwo", "Dr. Samuel Okonkwo", "surname"),
    ("the Kowalczyks", "Dave Kowalczyk", "surname"),
    ("Kowalczyk", "Dave Kowalczyk", "surname"),
    ("jane", JANE, "given_name"),
    ("Jane from church", JANE, "given_name"),
    ("Jane's friend", JANE, "given_name"),
    ("my friend Abigail", "Abigail Young", "given_name"),
    ("Dave", "Dave Kowalczyk", "given_name"),
    ("Grandma Peggy", PEGGY, "given_name"),
    # Somebody is called Church, Young, Van Dyke.
    ("Richard Church", "Richard Church", "same_name"),
    ("Abigail Young", "Abigail Young", "same_name"),
    ("Peter VanDyke", "Peter Van Dyke", "same_name"),
    ("acme plumbing", "Acme Plumbing Supply", "similar_name"),
    # Not by name.
    ("{code}", JANE, "code"),
    ("my code is {spaced}", JANE, "code"),
    ("{lower}", JANE, "code"),
    ("https://example.com/r/{code}/?via=sms", JANE, "link"),
    ("http://localhost:8000/r/plumbing-jane/", JANE, "link"),
    ("example.com/r/{lower}", JANE, "link"),
    ("plumbing-jane", JANE, "alias"),
    ("Plumbing Jane", JANE, "alias"),
    ("(212) 555-0142", JANE, "phone"),
    ("call her: 212.555.0142, Jane", JANE, "phone"),
    ("my friend +1 212 555 0143", BOB, "phone"),
    ("jane@example.com", JANE, "email"),
    ("Sean <sean.mac@example.com>", "Sean MacAllister", "email"),
)
#: Answers that mean nobody we know.
NOBODY: tuple[str, ...] = (
    "google",
    "Google search",
    "facebook ad",
    "Yelp",
    "the internet",
    "saw your truck on Oak Street",
    "a friend",
    "my neighbor",
    "my wife",
    "nobody",
    "N/A",
    "-",
    "?",
    "I don't remember",
    "don't know",
    "no one, found you online",
    "walked by",
    "Peter Doe",
    "Jim Smith",
    "Zachary Quintero",
    "Mr. Fitzgerald",
    "X",
    "J. D.",
    "12",
    "0000ZZZZ",
    "https://example.com/r/no-such-alias/",
    "(212) 555-0199",
    "stranger@example.com",
    "李大明",
    "😀",
)
