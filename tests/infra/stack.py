"""The packaged template as a stack in moto: translated by SAM's own code, created whole, looked at through boto3."""

import json
import threading
import urllib.request
from ast import literal_eval
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from werkzeug.serving import make_server

from infra.template import Template, read

STAGE, REGION, BUCKET = "prod", "us-east-1", "code"
PARAMETERS = {
    "OriginKey": "a key for tests, of enough characters",
    "DomainName": "refer.example.com",
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
    "EmailSender": "hello@example.com",
    "EmailDomain": "example.com",
}
#: What moto cannot make of it (its API Gateway wants real integrations; permissions name what it left out).
_LEFT_OUT = ("AWS::ApiGateway::", "AWS::Lambda::Permission")
_OUTPUTS_LEFT_OUT = frozenset({"DistributionDomain", "DistributionId", "EmailDkim", "Url"})
_KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


@dataclass(frozen=True)
class Stack:
    """A stack in a moto server: `resources` by logical name, as `describe_stack_resources` has them."""

    endpoint: str
    template: Template
    name: str = f"goodword-{STAGE}"

    def client(self, service: str) -> Any:
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, **_KEYS)

    @cached_property
    def made(self) -> Mapping[str, str]:
        """Physical names by logical ones, of what moto made."""
        resources = self.client("cloudformation").describe_stack_resources(StackName=self.name)["StackResources"]
        return {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources if "LogicalResourceId" in r}

    def environment_of(self, function: str) -> dict[str, str]:
        """The variables that the stack gives a function."""
        found = self.client("lambda").get_function_configuration(FunctionName=self.made[function])
        variables: dict[str, str] = found["Environment"]["Variables"]
        return variables

    def policy_of(self, function: str) -> list[dict[str, Any]]:
        """The statements of a function's role, with every reference resolved."""
        role = self.client("lambda").get_function_configuration(FunctionName=self.made[function])["Role"].split("/")[-1]
        iam = self.client("iam")
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        # moto keeps a policy as Python would print it, with None where a condition left a statement out.
        policies = [
            literal_eval(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]) for name in names
        ]
        return [statement for policy in policies for statement in policy["Statement"] if statement]


@contextmanager
def moto_server() -> Iterator[str]:
    """An empty moto, one request at a time; yields its address. Two in one process would share what they hold."""
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        urllib.request.urlopen(urllib.request.Request(f"{address}/moto-api/reset", method="POST")).close()
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def created_stack(packaged: Path, **parameters: str) -> Iterator[Stack]:
    """A moto server with the stack in it."""
    with moto_server() as endpoint:
        stack = Stack(endpoint, translated(packaged / "sam.yaml"))
        store = stack.client("s3")
        store.create_bucket(Bucket=BUCKET)
        store.put_object(Bucket=BUCKET, Key="deployment.zip", Body=(packaged / "deployment.zip").read_bytes())
        stack.client("cloudformation").create_stack(
            StackName=stack.name,
            TemplateBody=json.dumps(without_what_moto_lacks(stack.template)),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in {**PARAMETERS, **parameters}.items()
            ],
            Capabilities=["CAPABILITY_IAM"],
        )
        # What AWS waits for before it sends: the sender's address is verified.
        stack.client("ses").verify_email_identity(EmailAddress=PARAMETERS["EmailSender"])
        yield stack


def translated(path: Path) -> Template:
    """The template as AWS' own SAM transform makes it, without asking AWS."""
    template = read(path)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": BUCKET, "Key": "deployment.zip"}
    session = boto3.Session(region_name=REGION)
    whole: Template = Translator({}, Parser(), boto_session=session).translate(template, dict(PARAMETERS))
    return whole


def without_what_moto_lacks(template: Template) -> Template:
    resources = template["Resources"]
    kept = {name: one for name, one in resources.items() if not one["Type"].startswith(_LEFT_OUT)}
    outputs = {name: one for name, one in template["Outputs"].items() if name not in _OUTPUTS_LEFT_OUT}
    return {**template, "Resources": kept, "Outputs": outputs}
