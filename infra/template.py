"""The stack's template: our resources in one file for Chalice to merge, and what Chalice made of it, finished."""

from pathlib import Path
from typing import Any

import yaml
from chalice.package import YAMLTemplateSerializer

from infra.places import RESOURCES

Template = dict[str, Any]
_FILE = "file://"


def gather(folder: Path = RESOURCES) -> Template:
    """Join the files of `infra/resources`, the files they name written out; raises ValueError at a double name."""
    whole: Template = {}
    for path in sorted(folder.glob("*.yaml")):
        for section, content in read(path).items():
            if not isinstance(content, dict):
                whole[section] = content
                continue
            known = whole.setdefault(section, {})
            if twice := known.keys() & content.keys():
                raise ValueError(f"{path.name} gives {', '.join(sorted(twice))} once more")
            known.update(content)
    written: Template = _with_files(whole, folder.parent)
    return written


def finish(template: Template) -> Template:
    """Let the API answer only who shows its key, which is CloudFront (`infra/resources/api.yaml`)."""
    body = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    body["securityDefinitions"] = {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}
    for methods in body["paths"].values():
        for method in methods.values():
            method["security"] = [{"key": []}]
    return template


def functions(template: Template) -> dict[str, Template]:
    """The functions of a template, by their name in it."""
    resources = template["Resources"]
    return {name: one for name, one in resources.items() if one["Type"] == "AWS::Serverless::Function"}


def read(path: Path) -> Template:
    """A template's file as plain data; `!Ref` and its like in their long form."""
    loaded: Template = YAMLTemplateSerializer().load_template(path.read_text(), str(path))
    return loaded


def write(template: Template, path: Path) -> None:
    path.write_text(yaml.dump(template, Dumper=_Plain, allow_unicode=True, sort_keys=True, width=100))


class _Plain(yaml.SafeDumper):
    """Without anchors, which CloudFormation reads and people do not."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _with_files(value: Any, folder: Path) -> Any:
    if isinstance(value, dict):
        return {key: _with_files(one, folder) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_files(one, folder) for one in value]
    if isinstance(value, str) and value.startswith(_FILE):
        return (folder / value.removeprefix(_FILE)).read_text()
    return value
