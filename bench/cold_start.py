"""What a fresh interpreter spends until the application and its DynamoDB client stand, against the least it could.

CPU time of new processes, interleaved; the least is Chalice and a boto3 DynamoDB client. Print the ratio.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLOOR = "import chalice, boto3; chalice.Chalice(app_name='x'); boto3.client('dynamodb', region_name='us-east-1')"
OURS = "import app; from chalicelib.wiring import program; program().ports.store._connection.client"
ENVIRONMENT = {
    **os.environ,
    "GOODWORD_IDENTITY_KEY": "x" * 32,
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
}


def measure(rounds: int) -> dict[str, float]:
    """Return CPU milliseconds of both and the ratio of their medians; the first start of each only warms the disk."""
    times: dict[str, list[float]] = {FLOOR: [], OURS: []}
    for _ in range(rounds + 1):
        for code, spent in times.items():
            spent.append(_cpu(code))
    floor, ours = (statistics.median(spent[1:]) for spent in times.values())
    return {"app_ms": round(ours), "floor_ms": round(floor), "ratio": round(ours / floor, 3)}


def _cpu(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=ENVIRONMENT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    print(json.dumps(measure(parser.parse_args().rounds), indent=2))
