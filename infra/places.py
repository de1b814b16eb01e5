"""Where the parts of a package come from and go to."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESOURCES = ROOT / "infra" / "resources"
PACKAGE = ROOT / "build" / "package"
TEMPLATE = PACKAGE / "sam.yaml"
ZIP = PACKAGE / "deployment.zip"
