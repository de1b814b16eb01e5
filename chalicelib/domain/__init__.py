"""The rules of a referral program: pure, no I/O, no AWS. One concept a file."""
