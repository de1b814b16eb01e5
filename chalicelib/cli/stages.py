"""A stage on AWS, from its owner's computer; the program itself is not opened for it."""

import argparse
import os

from chalicelib.cli.showing import show
from chalicelib.stage.doctor import examine


def stage_doctor(options: argparse.Namespace) -> int:
    """What is well and what is left to do on a stage; 1 where anything is, or could not be looked at."""
    import boto3

    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or boto3.Session().region_name
    region = region or "us-east-1"
    findings = list(examine(options.stage, region, boto3.Session(region_name=region).client))
    lines = [f"{one.state.upper():8} {one.what}: {one.words}" for one in findings]
    left = sum(one.state != "ok" for one in findings)
    lines.append(f"{left} left to do or not seen" if left else "all is well")
    shape = [{"what": one.what, "state": one.state, "words": one.words} for one in findings]
    show(options, shape, "\n".join(lines))
    return 1 if left else 0
