"""The part of Jinja that messages may use: names, conditions and a few filters; nothing that repeats or computes.

So a template cannot take more memory or time than its own length allows, whatever the business writes into it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import nodes

_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.If, nodes.CondExpr,
    nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat,
)  # fmt: skip
#: None of them makes a text longer than what it is given.
_FILTERS = frozenset({"short", "upper", "lower", "capitalize", "title", "trim", "first", "default"})
_TESTS = frozenset({"defined", "none", "string", "number", "true", "false"})


def outside_subset(tree: nodes.Template) -> list[str]:
    """What a template uses that messages may not, in plain words."""
    found = []
    for node in _walk(tree):
        if not isinstance(node, _NODES):
            found.append(_named(node))
        elif isinstance(node, nodes.Filter) and node.name not in _FILTERS:
            found.append(f"the filter {node.name}")
        elif isinstance(node, nodes.Test) and node.name not in _TESTS:
            found.append(f"the test {node.name}")
        elif isinstance(node, nodes.Const) and not isinstance(node.value, str | int | bool | None):
            found.append(f"the number {node.value}")
    return list(dict.fromkeys(found))


def unknown_names(tree: nodes.Template, known: Mapping[str, Any]) -> list[str]:
    """Placeholders that are not there, also in a branch that is not taken; and groups named without what of them."""
    found = []
    parts = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    shown = {id(child) for output in tree.find_all(nodes.Output) for child in output.nodes}
    shown |= {id(filtered.node) for filtered in tree.find_all(nodes.Filter)}
    for name in tree.find_all(nodes.Name):
        group = known.get(name.name)
        if name.name not in known:
            found.append(name.name)
        elif isinstance(group, Mapping) and id(name) in shown and id(name) not in parts:
            found.append(f"{name.name} without one of {', '.join(group)}")
    for node in tree.find_all(nodes.Getattr):
        if not isinstance(node.node, nodes.Name):
            found.append(f"something.{node.attr}")
            continue
        group = known.get(node.node.name)
        if node.node.name in known and not (isinstance(group, Mapping) and node.attr in group):
            found.append(f"{node.node.name}.{node.attr}")
    return list(dict.fromkeys(found))


def names_in(tree: nodes.Template) -> set[str]:
    """The placeholders a template mentions, `offer` as well as `offer.friend_text`."""
    names = {node.name for node in tree.find_all(nodes.Name)}
    return names | {
        f"{node.node.name}.{node.attr}" for node in tree.find_all(nodes.Getattr) if isinstance(node.node, nodes.Name)
    }


def words_in(tree: nodes.Template) -> str:
    """All words a template itself brings along, of every branch, without what is filled in."""
    return " ".join(node.data for node in tree.find_all(nodes.TemplateData))


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _named(node: nodes.Node) -> str:
    plain = {
        nodes.Call: "a call",
        nodes.For: "a loop",
        nodes.Assign: "set",
        nodes.AssignBlock: "set",
        nodes.Macro: "a macro",
        nodes.Include: "include",
        nodes.Getitem: "brackets (write business.name)",
    }
    if isinstance(node, nodes.BinExpr):
        return f"the operator {node.operator}"
    return plain.get(type(node), type(node).__name__.lower())
