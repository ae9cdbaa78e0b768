"""What the outputs of ``tradewind chokepoints`` must hold before anything is said about them."""

from __future__ import annotations

import numpy as np
import xarray as xr

from tradewind.errors import OutputError

KINDS = ("link", "supplier", "sector")
"""Cuts: one supplier's sales of one sector to the economy; all its sales to the economy; all
sales abroad of one of its sectors."""

STATUSES = ("exact", "predicted", "no trade", "no equilibrium")
"""Cut exactly; not cut exactly; nothing to cut; no prices were found without it."""

VARIABLES: dict[str, tuple[str, ...]] = {
    "imports": ("cut",),
    "expenditure_share": ("cut",),
    "marginal_loss": ("cut",),
    "predicted_loss": ("cut",),
    "severance_loss": ("cut",),
    "other_side_loss": ("cut",),
    "status": ("cut",),
    "alternative": ("cut", "rank"),
    "alternative_share": ("cut", "rank"),
}
"""Variables a report reads, with the dimensions each must have (in any order)."""

OPTIONAL: dict[str, tuple[str, ...]] = {
    "supplier_real_income": ("cut",),
    "dependence_loss": ("economy", "partner"),
    "dependence_imposed": ("economy", "partner"),
    "horizon_loss": ("curve", "labour", "horizon_year"),
}
"""Variables that a quick answer leaves out; if there, they have these dimensions."""

LABELS = ("kind", "supplier", "sector")
"""Coordinates on ``cut``."""

ATTRIBUTES = (
    "economy",
    "world",
    "title",
    "base_year",
    "horizon",
    "closure",
    "labour",
    "elasticity_set",
    "sigma_value_added",
    "sigma_inputs",
    "sigma_final",
    "real_income",
    "residual",
    "severances",
    "tradewind_version",
)
"""Facts about the answer without which no number may be shown."""


def check_chokepoints(outputs: xr.Dataset) -> None:
    """Refuse outputs that are incomplete, contradict themselves, or lack a number that is due.

    Parameters
    ----------
    outputs : xarray.Dataset
        The outputs of ``tradewind chokepoints``.

    Raises
    ------
    OutputError
        A variable, label or attribute is missing, has other dimensions or an unknown value, or
        is not finite where a number is due. Losses are due wherever something was bought and an
        equilibrium found; exact losses where, and only where, a cut was exact.
    """
    missing = [name for name in VARIABLES if name not in outputs]
    missing += [name for name in LABELS if name not in outputs.coords]
    missing += [name for name in ATTRIBUTES if name not in outputs.attrs]
    if missing:
        raise OutputError(
            "the outputs lack what a report on chokepoints needs",
            where="outputs",
            value=", ".join(missing),
            bound="all of " + ", ".join((*VARIABLES, *LABELS, *ATTRIBUTES)),
            remedy="make the outputs with tradewind chokepoints",
        )
    present = {name: dims for name, dims in OPTIONAL.items() if name in outputs}
    for name, dims in (VARIABLES | present).items():
        if set(outputs[name].dims) != set(dims):
            raise OutputError(
                "a variable of the outputs has the wrong dimensions",
                where=f"outputs[{name!r}]",
                value=outputs[name].dims,
                bound=str(dims),
            )
    _check_words(outputs, "kind", KINDS)
    _check_words(outputs, "status", STATUSES)
    if "horizon_loss" in outputs:
        _check_labels(outputs, "labour", ("specific", "mobile"))
    if "dependence_loss" in outputs:
        for dim in ("economy", "partner"):
            _check_labels(outputs, dim, (str(outputs.attrs["economy"]),))
    _check_numbers(outputs)


def _check_labels(outputs: xr.Dataset, dim: str, needed: tuple[str, ...]) -> None:
    """Refuse a dimension that lacks a label a figure is drawn by."""
    there = set(outputs[dim].to_numpy().astype(str))
    if not set(needed) <= there:
        raise OutputError(
            "a dimension of the outputs lacks a label that a figure needs",
            where=f"outputs[{dim!r}]",
            value=", ".join(sorted(there)),
            bound=" and ".join(needed),
        )


def _check_words(outputs: xr.Dataset, name: str, known: tuple[str, ...]) -> None:
    bad = sorted(set(outputs[name].to_numpy().astype(str)) - set(known))
    if bad:
        raise OutputError(
            "a cut has a label that a report does not know",
            where=f"outputs[{name!r}]",
            value=", ".join(bad),
            bound=" or ".join(known),
        )


def _check_numbers(outputs: xr.Dataset) -> None:
    """Hold every number of a cut against what its status promises."""
    status = outputs["status"].to_numpy().astype(str)
    everywhere = np.ones(status.shape, dtype=bool)
    found = (status == "exact") | (status == "predicted")
    due = {
        "imports": everywhere,
        "expenditure_share": everywhere,
        "marginal_loss": found,
        "predicted_loss": found,
        "severance_loss": status == "exact",
        "other_side_loss": status == "exact",
    }
    if "supplier_real_income" in outputs:
        due["supplier_real_income"] = everywhere
    for name, where in due.items():
        _refuse(outputs, name, where & ~np.isfinite(outputs[name].to_numpy()), "finite numbers")
    open_ended = (status == "predicted") | (status == "no equilibrium")
    for name in ("severance_loss", "other_side_loss"):
        bad = open_ended & ~np.isnan(outputs[name].to_numpy())
        _refuse(outputs, name, bad, "NaN where a cut was not made exactly")
    for name in OPTIONAL:
        if name in outputs and np.isinf(outputs[name].to_numpy()).any():
            raise OutputError(
                "the outputs hold an infinite number",
                where=f"outputs[{name!r}]",
                bound="finite numbers, or NaN where no equilibrium was found",
            )
    income = float(outputs.attrs["real_income"])
    if not (np.isfinite(income) and income > 0):
        raise OutputError(
            "the economy has no real income to measure a loss by",
            where="outputs.attrs['real_income']",
            value=income,
            bound="a positive number of USD million",
        )


def _refuse(outputs: xr.Dataset, name: str, bad: np.ndarray, bound: str) -> None:
    if not bad.any():
        return
    first = outputs.isel(cut=int(np.argmax(bad)))
    label = ", ".join(f"{key} {first[key].item()}" for key in (*LABELS, "status"))
    raise OutputError(
        "a number of a cut does not go with its status",
        where=f"outputs[{name!r}] at {label}",
        value=f"{int(bad.sum())} of {bad.size} entries, the first {first[name].item()}",
        bound=bound,
        remedy="report this answer as a bug; a report is not made from it",
    )
