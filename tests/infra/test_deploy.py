"""`make deploy`, `rollback`, `destroy` against moto: the stack, its files, its data, and what each says."""

import copy
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import boto3
import pytest
from moto.cloudformation.models import CloudFormationBackend
from moto.core.config import default_user_config

from infra.aws import Account
from infra.data import kept_stream
from infra.deploy import deploy, destroy, rollback
from infra.places import ROOT
from infra.publish import to_forget
from infra.secrets import MADE
from infra.settings import DeployError, Deployment, read_deployment
from infra.template import Template, read, write
from tests.infra.stack import moto_server

#: What moto makes of the template without SAM's transform, and what the commands ask the stack for.
_KEPT = ("Table", "SiteBucket", "NoticesTopic", "AlarmTopic", "DeadLetters")
_OUTPUTS = {
    "Url": {"Value": "https://refer.example.com"},
    "DistributionDomain": {"Value": "d111.cloudfront.net"},
    "ScheduleFunction": {"Value": "schedule"},
}


@dataclass
class Moto:
    """An account in moto, a deployment into it, and what was said."""

    deployment: Deployment
    package: Path
    said: list[str] = field(default_factory=list)

    @cached_property
    def account(self) -> Account:
        return Account(self.deployment)

    def client(self, service: str) -> Any:
        return self.account.client(service)

    def deploy(self) -> dict[str, str]:
        self.said.clear()
        return deploy(self.deployment, self.package, self.said.append)

    def edit(self, name: str, content: str) -> None:
        """Change one file of the zip."""
        path = self.package / "deployment.zip"
        with zipfile.ZipFile(path) as archive:
            files = {entry: archive.read(entry) for entry in archive.namelist()}
        files[name] = content.encode()
        _pack(path, files)

    def site(self) -> dict[str, Any]:
        """The files of the site bucket, with type and caching."""
        store, (bucket,) = self.client("s3"), self.buckets("sitebucket")
        keys = [one["Key"] for one in store.list_objects_v2(Bucket=bucket).get("Contents", ())]
        return {key: store.head_object(Bucket=bucket, Key=key) for key in keys}

    def buckets(self, part: str) -> list[str]:
        names = [one["Name"] for one in self.client("s3").list_buckets()["Buckets"]]
        return [name for name in names if part in name]

    def invalidated(self) -> list[str]:
        cloud = self.client("cloudfront")
        (distribution,) = cloud.list_distributions()["DistributionList"]["Items"]
        asked = cloud.list_invalidations(DistributionId=distribution["Id"])["InvalidationList"].get("Items", ())
        return [
            path
            for one in asked
            for path in cloud.get_invalidation(DistributionId=distribution["Id"], Id=one["Id"])["Invalidation"][
                "InvalidationBatch"
            ]["Paths"]["Items"]
        ]


@pytest.fixture(scope="module")
def sam(packaged: Path) -> Template:
    return read(packaged / "sam.yaml")


@pytest.fixture
def moto(sam: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Moto]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    # Functions are looked up and answer; nothing runs in them.
    monkeypatch.setitem(default_user_config["lambda"], "use_docker", False)
    monkeypatch.setattr(CloudFormationBackend, "execute_change_set", _executed)
    with moto_server() as endpoint:
        distribution = _distribution(endpoint)
        _function(endpoint)
        package = tmp_path / "package"
        package.mkdir()
        _pack(package / "deployment.zip", {f"site/{path}": body for path, body in _static().items()})
        template = copy.deepcopy(sam)
        resources = {name: template["Resources"][name] for name in _KEPT}
        outputs = {name: template["Outputs"][name] for name in ("SiteBucket", "TableName")}
        plain = {key: template[key] for key in ("Parameters", "Conditions")}
        ours = {"DistributionId": {"Value": distribution}, **_OUTPUTS}
        write({**plain, "Resources": resources, "Outputs": {**outputs, **ours}}, package / "sam.yaml")
        yield Moto(Deployment("prod", parameters={"AlarmEmail": "a@example.com"}, endpoint=endpoint), package)


def test_a_first_deploy_makes_everything_and_a_second_changes_nothing(moto: Moto) -> None:
    outputs = moto.deploy()
    assert outputs["Url"] == "https://refer.example.com"
    assert moto.client("dynamodb").describe_table(TableName="goodword-prod")["Table"]["DeletionProtectionEnabled"]
    site = moto.site()
    assert site["assets/page.css"]["ContentType"] == "text/css; charset=utf-8"
    assert site["assets/page.css"]["CacheControl"] == "public, max-age=31536000, immutable"
    assert site["admin/index.html"]["CacheControl"] == "no-cache"
    assert moto.deploy() == outputs
    assert "Published 0 static files that differed." in moto.said
    assert not [line for line in moto.said if line.startswith("Made ")]
    assert moto.site().keys() == site.keys()


def test_a_changed_file_is_put_alone_and_only_it_is_forgotten(moto: Moto) -> None:
    """What is not cached without asking need not be forgotten."""
    moto.deploy()
    before = {path: one["LastModified"] for path, one in moto.site().items()}
    already = set(moto.invalidated())
    moto.edit("site/assets/page.css", "body { color: black }")
    moto.edit("site/admin/index.html", "<!doctype html>")
    moto.deploy()
    assert "Published 2 static files that differed." in moto.said
    assert set(moto.invalidated()) - already <= {"/assets/page.css*"}
    assert "CloudFront forgets /assets/page.css*" in moto.said
    assert before.keys() == moto.site().keys()
    # A page of the new functions never finds an old file under its new name.
    stages = [line.partition(" ")[0] for line in moto.said]
    assert stages.index("Published") < stages.index("Updating") < stages.index("CloudFront")


def test_secrets_are_made_once_and_never_replaced(moto: Moto) -> None:
    store = moto.client("ssm")
    store.put_parameter(Name="/goodword/prod/GOODWORD_EVENTS_SECRET", Value="whsec_b3du", Type="SecureString")
    moto.deploy()
    names = [f"/goodword/prod/{name}" for name in MADE]
    first = {p["Name"]: p for p in store.get_parameters(Names=names, WithDecryption=True)["Parameters"]}
    assert first["/goodword/prod/GOODWORD_EVENTS_SECRET"]["Value"] == "whsec_b3du"
    assert {one["Type"] for one in first.values()} == {"SecureString"}
    assert len(first["/goodword/prod/GOODWORD_IDENTITY_KEY"]["Value"]) >= 40
    moto.deploy()
    assert {p["Version"] for p in store.get_parameters(Names=names)["Parameters"]} == {1}
    assert not any(one["Value"] in line for one in first.values() for line in moto.said)


def test_rollback_brings_the_last_release_back(moto: Moto) -> None:
    with pytest.raises(DeployError, match="no release"):
        rollback(moto.deployment, moto.said.append)
    moto.deploy()
    first = moto.site()["assets/page.css"]["ETag"]
    moto.edit("site/assets/page.css", "body { color: black }")
    moto.deploy()
    assert moto.site()["assets/page.css"]["ETag"] != first
    rollback(moto.deployment, moto.said.append)
    assert moto.site()["assets/page.css"]["ETag"] == first
    with pytest.raises(DeployError, match="no release"):
        rollback(moto.deployment, moto.said.append)


def test_a_release_whose_functions_fail_is_rolled_back_to_the_one_before(
    moto: Moto, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stack stands on it when that shows."""
    moto.deploy()
    moto.edit("site/assets/page.css", "body { color: black }")
    moto.deploy()
    good = moto.site()["assets/page.css"]["ETag"]
    moto.edit("site/assets/page.css", "body { color: white }")
    with monkeypatch.context() as broken:
        broken.setattr("infra.deploy._publish_pages", _failing)
        with pytest.raises(DeployError, match="pages"):
            moto.deploy()
    assert moto.site()["assets/page.css"]["ETag"] != good
    rollback(moto.deployment, moto.said.append)
    assert moto.site()["assets/page.css"]["ETag"] == good


def test_a_release_that_the_stack_refuses_leaves_the_files_of_the_one_that_runs(
    moto: Moto, monkeypatch: pytest.MonkeyPatch
) -> None:
    moto.deploy()
    running = moto.site()["assets/page.css"]["ETag"]
    moto.edit("site/assets/page.css", "body { color: white }")
    with monkeypatch.context() as broken:
        broken.setattr("infra.stack.Stack.bring_to", _failing)
        with pytest.raises(DeployError, match="pages"):
            moto.deploy()
    assert moto.site()["assets/page.css"]["ETag"] == running
    with pytest.raises(DeployError, match="no release"):
        rollback(moto.deployment, moto.said.append)


def test_a_stage_that_is_not_there_cannot_be_destroyed(moto: Moto) -> None:
    with pytest.raises(DeployError, match="there is no stack goodword-prod"):
        destroy(moto.deployment, moto.said.append)


def test_destroy_keeps_the_table_and_the_next_deploy_takes_it_up(moto: Moto) -> None:
    moto.deploy()
    table = {"TableName": "goodword-prod"}
    item = {"pk": {"S": "P#1"}, "sk": {"S": "PROFILE"}}
    moto.client("dynamodb").put_item(**table, Item=item)
    secrets = moto.client("ssm").get_parameter(Name="/goodword/prod/GOODWORD_IDENTITY_KEY")["Parameter"]["Version"]
    _leave_table_behind(moto)
    destroy(moto.deployment, moto.said.append)
    assert not moto.buckets("sitebucket")
    moto.deploy()
    assert moto.client("dynamodb").get_item(**table, Key=item)["Item"] == item
    (stack,) = moto.client("cloudformation").describe_stacks(StackName="goodword-prod")["Stacks"]
    told = {one["ParameterKey"]: one["ParameterValue"] for one in stack["Parameters"]}
    assert told["KeptStreamArn"] == kept_stream(Account(moto.deployment), moto.deployment)
    again = moto.client("ssm").get_parameter(Name="/goodword/prod/GOODWORD_IDENTITY_KEY")["Parameter"]["Version"]
    assert again == secrets


def test_destroy_takes_the_data_along_only_when_told(moto: Moto) -> None:
    moto.deploy()
    _leave_table_behind(moto)
    destroy(moto.deployment, moto.said.append, keep_data=False)
    assert kept_stream(Account(moto.deployment), moto.deployment) is None
    assert not moto.client("ssm").get_parameters_by_path(Path="/goodword/prod")["Parameters"]


def test_without_credentials_nothing_is_begun(moto: Moto, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(DeployError, match="aws configure"):
        moto.deploy()


def test_a_stage_that_cannot_be_is_refused() -> None:
    with pytest.raises(DeployError, match="STAGE must be"):
        read_deployment({"STAGE": "Prod 1"})
    told = read_deployment({"STAGE": "test", "DOMAIN": "refer.example.com"})
    assert (told.stack, told.parameters) == ("goodword-test", {"DomainName": "refer.example.com"})


def test_many_changed_assets_are_one_path_to_forget() -> None:
    assert to_forget(["admin/index.html", "assets/a.css"]) == ["/assets/a.css*"]
    assert to_forget([f"assets/{n}.svg" for n in range(50)]) == ["/assets/*"]
    assert to_forget([]) == []


def _static() -> dict[str, bytes]:
    """Of each kind of static file some; a zip of all of them takes moto long."""
    names = ("assets/page.css", "assets/page.js", "admin/index.html", "admin/api.js")
    return {name: (ROOT / "site" / name).read_bytes() for name in names}


def _pack(path: Path, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def _executed(backend: CloudFormationBackend, *named: Any, **names: Any) -> None:
    """moto forgets the outputs of a stack that a change set created."""
    _execute(backend, *named, **names)
    for stack in backend.stacks.values():
        stack._parse_template()
        stack.output_map = stack._create_output_map()


_execute = CloudFormationBackend.execute_change_set


def _leave_table_behind(moto: Moto) -> None:
    """What the template retains, moto would delete with its stack, if it were not protected."""
    moto.client("dynamodb").update_table(TableName="goodword-prod", DeletionProtectionEnabled=True)


def _failing(*_: object) -> NoReturn:
    raise DeployError("no pages")


def _distribution(endpoint: str) -> str:
    client = boto3.client("cloudfront", endpoint_url=endpoint, region_name="us-east-1")
    behaviour = {"TargetOriginId": "o", "ViewerProtocolPolicy": "https-only"}
    config = {
        "CallerReference": "1",
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{"Id": "o", "DomainName": "example.com"}]},
        "DefaultCacheBehavior": behaviour,
    }
    made: str = client.create_distribution(DistributionConfig=config)["Distribution"]["Id"]
    return made


def _function(endpoint: str) -> None:
    clients = {"endpoint_url": endpoint, "region_name": "us-east-1"}
    trust = {"Version": "2012-10-17", "Statement": []}
    role = boto3.client("iam", **clients).create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    boto3.client("lambda", **clients).create_function(
        FunctionName="schedule",
        Runtime="python3.11",
        Role=role["Arn"],
        Handler="app.schedule",
        Code={"ZipFile": b"PK\x05\x06" + bytes(18)},
    )
