"""Reading YAML so that every later complaint can name file, line and field.

YAML 1.1, which PyYAML speaks, reads the code of Norway (``NO``) as *false* and ``1e3`` as text;
here booleans are ``true`` and ``false`` alone, numbers follow YAML 1.2, and dates stay text until
the schema reads them. Duplicate keys, which YAML forbids and PyYAML accepts, are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from tradewind.errors import ScenarioError

try:
    from yaml import CSafeLoader as _Libyaml
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader as _Libyaml  # type: ignore[assignment]

MAXIMUM_BYTES = 1_000_000
EXAMPLES = {
    "scenario": "a shipped one: tradewind scenario show us-tariffs-2026",
    "specification": "the worked example in docs/pressure.md",
    "claim": "the worked example in docs/claims.md",
}
"""Where a file of each kind can be seen."""
HOLDS = {
    "scenario": "name, title and shocks",
    "specification": "name, title and pillars",
    "claim": "id, statement, metrics and parameters",
}
"""What a file of each kind holds."""


@dataclass(frozen=True)
class Source:
    """Where a scenario came from, so that errors can point into it."""

    name: str
    """File name, shipped name, or a word for what was built in Python."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Line of each field path, counted from 1."""
    folder: Path | None = None
    """Folder that relative paths inside the scenario are relative to."""

    def where(self, path: str) -> str:
        """Name the file, the line if it is known, and the field.

        >>> Source("war.yaml", {"shocks[0]": 9}).where("shocks[0].percent")
        'war.yaml, line 9, field shocks[0].percent'
        """
        parent, line = path, self.lines.get(path)
        while line is None and parent:
            parent = parent[: max(parent.rfind("."), parent.rfind("["), 0)]
            line = self.lines.get(parent)
        place = self.name if line is None else f"{self.name}, line {line}"
        return f"{place}, field {path}" if path else place


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with the booleans and numbers of YAML 1.2."""


class _TableLoader(_Libyaml):
    """The same rules on libyaml, ten times as fast, for the tables that ship with the package.

    What users write is read by PyYAML itself: its errors quote the line, are the same on every
    machine, and deep nesting ends in an error and not in a crash.
    """


_OVERRULED = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "int", "timestamp")}
_BOOLEAN = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_INTEGER = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_FLOAT = re.compile(
    r"^(?:[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
)
for _loader in (_Loader, _TableLoader):
    _loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in _OVERRULED]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    _loader.add_implicit_resolver("tag:yaml.org,2002:bool", _BOOLEAN, list("tTfF"))
    _loader.add_implicit_resolver("tag:yaml.org,2002:int", _INTEGER, list("-+0123456789"))
    _loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+0123456789."))


def read_text(path: Path, kind: str = "scenario") -> str:
    """Read a small UTF-8 file, or say in one sentence why it cannot be read."""
    where = str(path)
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            raise ScenarioError(
                f"the file is too large to be a {kind}",
                where=where,
                value=f"{path.stat().st_size} bytes",
                bound=f"at most {MAXIMUM_BYTES} bytes",
                remedy=f"name the {kind}'s YAML file, not a data file",
            )
        return path.read_bytes().decode("utf-8-sig")
    except IsADirectoryError:
        raise ScenarioError(
            f"this is a folder, not a {kind} file",
            where=where,
            remedy="name the YAML file inside it",
        ) from None
    except UnicodeDecodeError as error:
        raise ScenarioError(
            "the file is not UTF-8 text",
            where=f"{where}, byte {error.start}",
            value=repr(error.object[error.start : error.start + 4]),
            bound="UTF-8",
            remedy="save the file as UTF-8 in your editor",
        ) from None
    except OSError as error:
        raise ScenarioError(
            f"the file cannot be read ({error.strerror})",
            where=where,
            remedy="check the path and its permissions",
        ) from None


def read_table(name: str, package: str = "tradewind.scenario") -> Mapping[str, Any]:
    """Read one of a package's tables that ship with Tradewind."""
    return read_shipped(files(package) / "tables" / name)[0]


def read_shipped(file: Traversable) -> tuple[Mapping[str, Any], Source]:
    """Read any YAML file that ships with the package: a mapping, and the line of each field."""
    lines: dict[str, int] = {}
    table = _document(_TableLoader(file.read_text(encoding="utf-8")), file.name, lines)
    if not isinstance(table, dict):
        raise TypeError(f"the shipped file {file.name} holds no mapping")
    return table, Source(file.name, lines)


def parse(
    text: str, name: str, folder: Path | None = None, kind: str = "scenario"
) -> tuple[Mapping[str, Any], Source]:
    """Turn YAML text into a mapping and the line of each of its fields."""
    lines: dict[str, int] = {}
    try:
        document = _document(_Loader(text), name, lines)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, name) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ScenarioError(
            f"this is not YAML: {str(error).splitlines()[0]}",
            where=name,
            remedy=f"compare with {EXAMPLES[kind]}",
        ) from None
    if not isinstance(document, dict):
        found = "nothing" if document is None else f"a {type(document).__name__}"
        raise ScenarioError(
            f"the file holds no {kind}",
            where=name,
            value=found,
            bound=f"a mapping with {HOLDS[kind]}",
            remedy=f"start from {EXAMPLES[kind]}",
        )
    return document, Source(name, lines, folder)


def _document(loader: _Loader | _TableLoader, name: str, lines: dict[str, int]) -> object:
    node = loader.get_single_node()
    if node is None:
        return None
    _walk(node, "", name, lines, ())
    document: object = loader.construct_document(node)
    return document


def _walk(
    node: yaml.Node, path: str, name: str, lines: dict[str, int], above: tuple[int, ...]
) -> None:
    """Note the line of every field; refuse duplicate keys and anchors that hold themselves."""
    lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in above:
        raise ScenarioError(
            "an anchor contains itself",
            where=f"{name}, line {node.start_mark.line + 1}, field {path}",
            value=path,
            remedy="write the repeated part out",
        )
    above = (*above, id(node))
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, f"{path}[{index}]", name, lines, above)
    if isinstance(node, yaml.MappingNode):
        _walk_mapping(node, path, name, lines, above)


def _walk_mapping(
    node: yaml.MappingNode, path: str, name: str, lines: dict[str, int], above: tuple[int, ...]
) -> None:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if isinstance(key, yaml.ScalarNode) and key.value == "null":
            # The name of a claim's field; as a value it is nothing, as a key it is a word.
            key.tag = "tag:yaml.org,2002:str"
        if not isinstance(key, yaml.ScalarNode) or not key.tag.endswith((":str", ":merge")):
            raise ScenarioError(
                "a key must be a plain word",
                where=f"{name}, line {line}",
                value=getattr(key, "value", key.tag),
                remedy="name a field, such as title or shocks",
            )
        if key.value in seen:
            raise ScenarioError(
                f"the key '{key.value}' stands twice, on lines {seen[key.value]} and {line}",
                where=f"{name}, line {line}, field {path + '.' if path else ''}{key.value}",
                value=key.value,
                remedy="keep one of them",
            )
        seen[key.value] = line
        child = f"{path}.{key.value}" if path else str(key.value)
        lines[child] = line
        _walk(value, child, name, lines, above)


def _syntax_error(error: yaml.MarkedYAMLError, name: str) -> ScenarioError:
    mark = error.problem_mark or error.context_mark
    place = name if mark is None else f"{name}, line {mark.line + 1}, column {mark.column + 1}"
    snippet = None if mark is None else (mark.get_snippet(indent=0, max_length=60) or "")
    return ScenarioError(
        f"this is not YAML: {error.problem or error.context}",
        where=place,
        value=None if snippet is None else snippet.splitlines()[0].strip() or None,
        remedy="check colons, indentation (spaces, not tabs), quotes and brackets there",
    )
