"""One stack of CloudFormation: created or brought up to date by a change set, and looked at."""

import secrets
from collections.abc import Callable, Collection, Mapping
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from infra.aws import Account
from infra.settings import DeployError, Deployment

_NOTHING = ("didn't contain changes", "No updates are to be performed")
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
_GONE = {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"}
#: A stack whose creation failed can only be deleted.
_NEVER_STOOD = "ROLLBACK_COMPLETE"
_PATIENCE = {"Delay": 5, "MaxAttempts": 360}

Say = Callable[[str], None]


class Stack:
    """The stack of one deployment; what it does takes minutes, and it says so."""

    def __init__(self, account: Account, deployment: Deployment, say: Say) -> None:
        self._cloud, self.name, self._say = account.client("cloudformation"), deployment.stack, say

    def there(self) -> bool:
        return self._status() not in {None, _NEVER_STOOD}

    def outputs(self) -> dict[str, str]:
        """What the stack says of itself: addresses and names."""
        found = self._description() or {}
        return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}

    def bring_to(self, template_url: str, parameters: Mapping[str, str], names: Collection[str]) -> bool:
        """Create or update the stack and wait for it; False where it was as wanted. Raises DeployError.

        `names` are the template's parameters: what is not given stays as it was, so that nobody has to repeat it, and
        the API's key stays unread.
        """
        if self._status() == _NEVER_STOOD:
            self.delete()
        known = self._parameters() & set(names)
        given = [{"ParameterKey": name, "ParameterValue": parameters[name]} for name in parameters if name in names]
        kept = [{"ParameterKey": name, "UsePreviousValue": True} for name in sorted(known - parameters.keys())]
        kind = "UPDATE" if self.there() else "CREATE"
        change = f"goodword-{secrets.token_hex(4)}"
        self._cloud.create_change_set(
            StackName=self.name,
            ChangeSetName=change,
            ChangeSetType=kind,
            TemplateURL=template_url,
            Parameters=[*given, *kept],
            Capabilities=_CAPABILITIES,
        )
        if not self._ready(change):
            return False
        self._say(f"{'Creating' if kind == 'CREATE' else 'Updating'} the stack {self.name}; CloudFront takes minutes.")
        self._cloud.execute_change_set(StackName=self.name, ChangeSetName=change)
        self._wait("stack_create_complete" if kind == "CREATE" else "stack_update_complete")
        return True

    def delete(self) -> None:
        """Delete it and wait; what the template retains stays. Raises DeployError."""
        self._say(f"Deleting the stack {self.name}; CloudFront takes minutes.")
        self._cloud.delete_stack(StackName=self.name)
        self._wait("stack_delete_complete")

    def _ready(self, change: str) -> bool:
        """Wait until a change set says what it would do; one that would do nothing is thrown away."""
        try:
            waiter = self._cloud.get_waiter("change_set_create_complete")
            waiter.wait(StackName=self.name, ChangeSetName=change, WaiterConfig={"Delay": 2, "MaxAttempts": 150})
        except WaiterError as error:
            reason = str(error.last_response.get("StatusReason") or error)
            if any(words in reason for words in _NOTHING):
                self._cloud.delete_change_set(StackName=self.name, ChangeSetName=change)
                return False
            raise DeployError(f"the stack cannot be changed: {reason}") from error
        return True

    def _wait(self, name: str) -> None:
        try:
            self._cloud.get_waiter(name).wait(StackName=self.name, WaiterConfig=_PATIENCE)
        except WaiterError as error:
            raise DeployError(f"{self.name} failed; CloudFormation undoes it.\n{self._failures()}") from error

    def _failures(self) -> str:
        events = self._cloud.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = [one for one in events if one["ResourceStatus"].endswith("FAILED")]
        return "\n".join(f"  {one['LogicalResourceId']}: {one.get('ResourceStatusReason', '')}" for one in failed[:10])

    def _parameters(self) -> set[str]:
        return {one["ParameterKey"] for one in (self._description() or {}).get("Parameters", ())}

    def _status(self) -> str | None:
        found = self._description()
        return found["StackStatus"] if found else None

    def _description(self) -> dict[str, Any] | None:
        try:
            (found,) = self._cloud.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return None if found["StackStatus"] in _GONE else found
