"""Claims from files, with a complaint that names file, line and field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from tradewind.claims.statement import Claim
from tradewind.errors import ClaimError, ScenarioError
from tradewind.scenario.near_misses import suggestion
from tradewind.scenario.yaml_source import Source, parse, read_text


def shipped_folder() -> Path:
    """The claims that ship with Tradewind."""
    return Path(str(files("tradewind.claims") / "statements"))


def load(folder: str | Path | None = None, ids: Sequence[str] | None = None) -> tuple[Claim, ...]:
    """Read the claims of a folder, by article and paragraph.

    Parameters
    ----------
    folder : path, optional
        A folder of claim files; the shipped ones if left out.
    ids : sequence of str, optional
        Only these, in this order.

    Raises
    ------
    ClaimError
        If there is no such folder or claim, or a file breaks its form.
    """
    paths = _paths(folder)
    if ids:
        for name in ids:
            if name not in paths:
                raise ClaimError(
                    "there is no such claim",
                    where="claim",
                    value=name,
                    bound=", ".join(paths),
                    remedy=suggestion(name, paths, "`tradewind claims list` names them all"),
                )
        return tuple(read(paths[name]) for name in dict.fromkeys(ids))
    found = [read(path) for path in paths.values()]
    return tuple(sorted(found, key=lambda claim: (claim.article, claim.paragraph, claim.id)))


def read(path: Path) -> Claim:
    """Read one claim.

    Raises
    ------
    ClaimError
        If the file cannot be read, is not YAML, breaks the form, or is named for another claim.
    """
    try:
        data, source = parse(read_text(path, "claim"), path.name, path.parent, "claim")
    except ScenarioError as error:
        told = ("where", "value", "bound", "remedy")
        raise ClaimError(error.problem, **{part: getattr(error, part) for part in told}) from None
    claim = from_mapping(data, source)
    if claim.id != path.stem:
        raise ClaimError(
            "the file is not named for its claim",
            where=source.where("id"),
            value=claim.id,
            bound=path.stem,
            remedy=f"name the file {claim.id}.yaml",
        )
    return claim


def from_mapping(data: Mapping[str, Any], source: Source | None = None) -> Claim:
    """Validate a claim that is given as plain data.

    Raises
    ------
    ClaimError
        If it breaks the form.
    """
    try:
        return Claim.model_validate(dict(data))
    except ValidationError as error:
        raise _refused(error, source or Source("claim")) from None


def _paths(folder: str | Path | None) -> dict[str, Path]:
    """File of every claim by its name."""
    place = shipped_folder() if folder is None else Path(folder).expanduser()
    found = {path.stem: path for path in sorted(place.glob("*.yaml"))}
    if not found:
        raise ClaimError(
            "there are no claims in this folder",
            where=str(folder or "shipped claims"),
            value="no .yaml file" if place.is_dir() else "not a folder",
            bound="a folder with one YAML file a claim",
            remedy="see docs/claims.md, or leave --claims out for the shipped ones",
        )
    return found


def _refused(error: ValidationError, source: Source) -> ClaimError:
    # Only what goes wrong needs the words for it, which know all shocks of a scenario.
    from tradewind.scenario.refusals import Form, field_path, told

    return ClaimError(**told(error, source, Form("", (), "a claim", field_path, _known_fields)))


def _known_fields(location: tuple[int | str, ...]) -> list[str]:
    """The fields of the model that stands at a place of a file."""
    model: type[BaseModel] = Claim
    for part in location:
        field = model.model_fields.get(str(part))
        if field is not None:
            model = next(iter(_models(field.annotation)), model)
    return list(model.model_fields)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]
