"""Take away each guard in turn and see the test named beside it fail: `make mutants`, which writes docs/guards.md.

A guard is found by its text, which has to stand in its file exactly once, so this list cannot grow stale unnoticed.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from chalicelib.local.engine import EngineSettings, running_engine
from tests.world import ROOT

DOCUMENT = ROOT / "docs" / "guards.md"
_GUARDED = "tests/storage/test_guarded_changes.py"
_ONCE = f"{_GUARDED}::test_what_exists_is_not_made_again"
_VERSION = f"{_GUARDED}::test_the_second_change_of_one_version_is_refused"
_NOBODY = f"{_GUARDED}::test_nobody_is_made_by_being_counted"
_IDENTITIES = "tests/storage/test_identity_guards.py"
_CLOSES = "tests/scenarios/test_racing_closes.py"
_PROSPECT = "tests/scenarios/test_racing_for_a_prospect.py"
_SCHEDULES = "tests/torture/test_schedules.py"
_CREDIT = "tests/program/test_credit.py"
_LEFT_OUT = (".*", "build", "data", "__pycache__", "*.egg-info")
_NO_CONDITION = """
    def anything(self, name: str, item: Item | Row, was: int = 0) -> None:
        raw = item.serialize() if isinstance(item, Item) else item
        self._operations["put"].append((name, {"TableName": Item.Meta.table_name, "Item": raw}))

    def commit("""


@dataclass(frozen=True)
class Guard:
    """`text` of `file` guards something; with `without` in its place, `test` has to fail."""

    what: str
    file: str
    text: str
    without: str
    test: str


def _once(what: str, file: str, name: str, test: str) -> Guard:
    """An item that must not exist yet."""
    return Guard(what, f"storage/{file}.py", f"transaction.create({name},", f"transaction.anything({name},", test)


def _version(what: str, file: str, name: str, test: str) -> Guard:
    """An item whose version must be the one that was read."""
    return Guard(what, f"storage/{file}.py", f"transaction.replace({name},", f"transaction.anything({name},", test)


GUARDS = (
    _once("a participant is made once", "participants", '"participant"', f"{_ONCE}[participant]"),
    _once("a share token is one participant's", "participants", '"share_token"', f"{_ONCE}[share_token]"),
    _once("an alias is somebody's for ever", "participants", '"alias"', f"{_ONCE}[alias]"),
    Guard(
        "a participant is changed from the version that was read",
        "storage/participants.py",
        "_set_all(item), ParticipantItem.version == participant.version",
        "_set_all(item), ParticipantItem.pk.exists()",
        f"{_VERSION}[participant]",
    ),
    Guard(
        "nobody is made by being counted",
        "storage/participants.py",
        'expression, values, "attribute_exists(pk)")',
        "expression, values)",
        f"{_NOBODY}[count]",
    ),
    Guard(
        "a lead that counts for nobody still needs a participant",
        "storage/participants.py",
        'transaction.check("participant", _reference(code), ParticipantItem.pk.exists())',
        "return",
        f"{_NOBODY}[require]",
    ),
    Guard(
        "no e-mail is claimed after a STOP",
        "storage/participants.py",
        'transaction.check("opted_out", _reference(code), ParticipantItem.opted_out == False)',
        "return",
        f"{_SCHEDULES}::test_no_schedule_breaks_a_rule[stop_and_email]",
    ),
    Guard(
        "no SMS is claimed after a STOP",
        "storage/identities.py",
        'transaction.check("opted_out", IdentityItem(_pk(key), _SK), IdentityItem.opted_out.does_not_exist())',
        "return",
        "tests/scenarios/test_delivering_messages.py::test_who_opts_out_the_moment_it_is_claimed_gets_nothing",
    ),
    Guard(
        "no news of a reward is claimed after its reversal",
        "storage/rewards.py",
        'transaction.check("reward", RewardItem(pk, sk), RewardItem.status != "reversed")',
        "return",
        "tests/program/test_quick_reversals.py::test_a_reversal_between_wording_and_claim_holds_the_news_back",
    ),
    Guard(
        "a prospect who is a customer is nobody's referral",
        "storage/identities.py",
        'nobody = "attribute_not_exists(participant_id)"',
        'nobody = "attribute_not_exists(opted_out)"',
        f"{_IDENTITIES}::test_a_customer_is_not_claimed",
    ),
    Guard(
        "nobody refers themselves, not even by hand",
        "storage/identities.py",
        "OR participant_id <> :referrer)",
        "OR participant_id <> :referral OR participant_id = :referrer)",
        f"{_IDENTITIES}::test_a_referrer_is_not_claimed_by_hand",
    ),
    Guard(
        "the first submission owns the prospect",
        "storage/identities.py",
        "(attribute_not_exists(referral_id) OR referral_id = :referral)",
        "(attribute_not_exists(referral_id) OR referral_id = :referral OR attribute_exists(referral_id))",
        f"{_PROSPECT}::test_one_owner_whoever_is_first",
    ),
    Guard(
        "one person is one participant",
        "storage/identities.py",
        "IdentityItem.participant_id.does_not_exist() | (IdentityItem.participant_id == participant_id),",
        "None,",
        "tests/scenarios/test_racing_enrolments.py::test_one_person_enrolled_by_eight_at_once_is_one_participant",
    ),
    Guard(
        "an outside id stays with the referral it was bound to",
        "storage/identities.py",
        "IdentityItem.referral_id.set(IdentityItem.referral_id | referral_id)",
        "IdentityItem.referral_id.set(referral_id)",
        f"{_IDENTITIES}::test_an_outside_id_stays_bound",
    ),
    Guard(
        "a removal frees no other referral's identity",
        "storage/identities.py",
        "            IdentityItem.referral_id == referral_id,\n        )",
        "        )",
        f"{_IDENTITIES}::test_another_referrals_identity_is_not_released",
    ),
    Guard(
        "an invoice is nobody's only while its customer is as was found",
        "storage/identities.py",
        'transaction.check(f"found:{key}", IdentityItem(_pk(key), _SK), same)',
        "return",
        f"{_IDENTITIES}::test_what_was_found_of_an_identity_must_hold",
    ),
    Guard(
        "invoices are looked for once more after an attribution",
        "services/attribute.py",
        "ports.store.work.plan_look(transaction, referral.id, ports.now() + _SECOND_LOOK)",
        "pass",
        f"{_SCHEDULES}::test_no_schedule_breaks_a_rule[attribute_and_paid]",
    ),
    _once("a referral is made once", "referrals", '"referral"', f"{_ONCE}[referral]"),
    _version(
        "a referral is changed from the version that was read", "referrals", '"referral"', f"{_VERSION}[referral]"
    ),
    Guard(
        "a plan is put away only for the referral that was looked at",
        "storage/referrals.py",
        'transaction.check("referral", ReferralItem(_pk(referral.id), _SK), ReferralItem.version == referral.version)',
        "return",
        "tests/storage/test_lost_answers.py::test_a_settlement_planned_meanwhile_is_not_forgotten",
    ),
    _once("a referral's nth reward is made once", "rewards", '"reward"', f"{_ONCE}[reward]"),
    _version("a reward is changed from the version that was read", "rewards", '"reward"', f"{_VERSION}[reward]"),
    _once("one issue and one reversal for each reward", "rewards", '"ledger"', f"{_ONCE}[ledger]"),
    _once("a discount code is one reward's", "discounts", '"discount_code"', f"{_ONCE}[discount_code]"),
    Guard(
        "a discount code is redeemed once",
        "storage/discounts.py",
        "actions, unused)",
        "actions)",
        "tests/storage/test_round_trips.py::test_a_discount",
    ),
    _once("an invoice is made once", "invoices", "name", f"{_ONCE}[invoice]"),
    _version("an invoice is changed from the version that was read", "invoices", "name", f"{_VERSION}[invoice]"),
    _once(
        "a cause brings about one message", "messages", 'f"message:{message.template}"', f"{_ONCE}[message:new_lead]"
    ),
    _version("a message is claimed by one worker", "messages", '"message"', f"{_VERSION}[message]"),
    _once(
        "an event is stored once",
        "events",
        '"event"',
        "tests/storage/test_lost_answers.py::test_a_webhook_whose_answer_was_lost_is_stored_once",
    ),
    _version("an event is marked from the version that was read", "events", '"event"', f"{_VERSION}[event]"),
    Guard(
        "one address sends so many in an hour",
        "storage/submissions.py",
        '            "attribute_not_exists(hits) OR hits < :limit",\n',
        '            "attribute_not_exists(hits) OR hits < :limit OR hits >= :limit",\n',
        f"{_GUARDED}::test_the_hourly_limit_is_exact",
    ),
    _once("a submission with one key is one", "submissions", '"answer"', f"{_ONCE}[answer]"),
    _once("the first settings are written once", "settings", '"settings"', f"{_ONCE}[settings]"),
    _version("settings are changed from the version that was read", "settings", '"settings"', f"{_VERSION}[settings]"),
    _once("one rebuild begins", "site", '"site"', f"{_ONCE}[site]"),
    _version("one rebuild goes on", "site", '"site"', f"{_VERSION}[site]"),
    _once("a key's id is one key's", "access", '"key"', f"{_ONCE}[key]"),
    _once("an audit entry is never written over", "access", '"audit"', f"{_ONCE}[audit]"),
    Guard(
        "a count of the tiers is given back once",
        "domain/rewards.py",
        "if not 1 <= count <= self.highest or count in self.freed:",
        "if count < 0:",
        "tests/unit/test_rewards.py",
    ),
    Guard(
        "what is used is not taken back by itself",
        "domain/settlement.py",
        "if reward is None or reward.untouched:",
        "if reward is None or reward.live:",
        f"{_CREDIT}::test_a_reversal_cancels_what_is_left_and_a_person_decides_about_the_rest",
    ),
    Guard(
        "a settlement seen half done is read again",
        "services/settle.py",
        "        except ValueError:\n            # The participant's tiers",
        "        except KeyError:\n            # The participant's tiers",
        f"{_CLOSES}::test_a_void_seen_half_done_by_another_worker_is_settled_by_one",
    ),
    Guard(
        "a person's decision leaves a plan to settle alone",
        "services/settle.py",
        "elif note is None:",
        "else:",
        f"{_SCHEDULES}::test_a_failure_at_any_call_is_mended_by_redelivery_and_schedule[moved_and_redeemed]",
    ),
    Guard(
        "only a message that waits is claimed",
        "services/deliver.py",
        'if message.status != "queued" or message.due_at > now:',
        "if message.due_at > now:",
        "tests/scenarios/test_delivering_messages.py",
    ),
    Guard(
        "an event that is done is not done again",
        "services/events.py",
        'if stored is None or stored.status == "done" or',
        "if stored is None or",
        "tests/scenarios/test_due_work.py::test_an_event_that_is_done_is_only_looked_at",
    ),
    Guard(
        "only a reward that is issued has a code to redeem",
        "services/redeem_discount.py",
        'if reward.status != "issued":',
        "if not reward:",
        "tests/program/test_discounts.py",
    ),
    Guard(
        "credit of a reversed reward does not come back",
        "services/apply_credit.py",
        "if rewards[reward_id].live}",
        "}",
        f"{_CREDIT}::test_credit_of_a_reversed_reward_does_not_come_back",
    ),
)


def main() -> int:
    """Try every guard, or those whose words are named; returns how many no test noticed."""
    wanted = [guard for guard in GUARDS if not sys.argv[1:] or any(word in guard.what for word in sys.argv[1:])]
    rows, unnoticed = [], 0
    with running_engine(EngineSettings(data=None, python=ROOT / ".venv-engine" / "bin" / "python")) as engine:
        for guard in wanted:
            failed = failing_test(guard, engine.endpoint)
            unnoticed += failed is None
            rows.append(f"| {guard.what} | `{guard.file}` | {f'`{failed}`' if failed else '**none**'} |")
            print(rows[-1], flush=True)  # noqa: T201 - a command of the workbench
    if len(wanted) == len(GUARDS):
        head = re.sub(r"(?s)\n\| guard \|.*", "\n", DOCUMENT.read_text())
        DOCUMENT.write_text(
            head + "\n".join(["| guard | where | the test that fails without it |", "|---|---|---|", *rows]) + "\n"
        )
    return unnoticed


def failing_test(guard: Guard, endpoint: str) -> str | None:
    """The first test that fails in a copy of the program without this guard, or None."""
    with tempfile.TemporaryDirectory(prefix="goodword-") as folder:
        copy = Path(folder)
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*_LEFT_OUT), dirs_exist_ok=True)
        (copy / ".venv-engine").symlink_to(ROOT / ".venv-engine")
        (copy / ".venv").symlink_to(ROOT / ".venv")
        _replace(copy / "chalicelib/storage/transaction.py", "\n    def commit(", _NO_CONDITION)
        _replace(copy / "chalicelib" / guard.file, guard.text, guard.without)
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, "--tb=no", *guard.test.split()],
            cwd=copy,
            env={**os.environ, "GOODWORD_TEST_ENGINE": endpoint},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    found = re.search(r"^FAILED (\S+(?: \S+)*?)(?: - .*)?$", done.stdout, re.M)
    if done.returncode == 1 and found is not None:
        return found[1]
    if done.returncode != 0:
        raise RuntimeError(f"{guard.what}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return None


def _replace(path: Path, text: str, by: str) -> None:
    content = path.read_text()
    if content.count(text) != 1:
        raise ValueError(
            f"{path}: {text!r} stands there {content.count(text)} times; bring the list of guards up to date"
        )
    path.write_text(content.replace(text, by))


if __name__ == "__main__":
    sys.exit(main())
