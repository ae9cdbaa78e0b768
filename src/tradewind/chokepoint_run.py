"""A question about chokepoints: one economy on one world, answered, and kept in one folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xarray as xr

from tradewind.chokepoint_question import (
    TOP,
    Question,
    check_closure,
    fingerprint,
    horizon_name,
    kinds_of,
    path_of,
    setting_at,
)
from tradewind.chokepoints import KINDS, Kind, Setting, Store, find
from tradewind.chokepoints.job import Progress, silent
from tradewind.errors import InputError
from tradewind.json_text import to_json
from tradewind.run_facts import software, world_hash
from tradewind.run_folder import CHOKEPOINT_FILES, REPORTS, check_free, write_folder, write_whole
from tradewind.scenario.horizon import Horizon, registry
from tradewind.trade import Closure
from tradewind.world import World

if TYPE_CHECKING:
    import pandas as pd

    from tradewind.report.language import Language


@dataclass(frozen=True, eq=False, repr=False)
class ChokepointRun:
    """What an economy depends on.

    Attributes
    ----------
    world : World
    outputs : Dataset
        See `tradewind.chokepoints.find`.
    manifest : dict
        Version, question, hash of the data, timings [s].
    """

    world: World
    outputs: xr.Dataset
    manifest: dict[str, Any] = field(repr=False)

    def __repr__(self) -> str:
        """Economy, world and how many cuts were solved."""
        facts = self.outputs.attrs
        return (
            f"ChokepointRun({facts['economy']!r} on {self.world.name}, {facts['horizon']} "
            f"horizon, {facts['severances']} exact cuts)"
        )

    def table(self, kind: Kind = "link") -> pd.DataFrame:
        """The cuts of one kind, the largest loss first.

        Raises
        ------
        InputError
            If there is no such kind, or it was not asked for.
        """
        from tradewind.report.chokepoints_tables import cuts_table

        asked = list(dict.fromkeys(self.outputs["kind"].values.tolist()))
        if kind not in asked:
            raise InputError(
                "the answer holds no cuts of this kind",
                where="kind",
                value=kind,
                bound="one of " + ", ".join(asked),
                remedy=f'ask for them: find_chokepoints(..., by="{kind}")'
                if kind in KINDS
                else "the kinds are link, supplier and sector",
            )
        return cuts_table(self.outputs, kind, self.world)

    def report(self, path: str | Path, language: Language = "en") -> Path:
        """Write the report alone, as one HTML file.

        Raises
        ------
        OutputError
            If the file cannot be written; nothing is left behind.
        """
        return write_whole(Path(path), self._render(language), force=True)

    def save(self, folder: str | Path, *, force: bool = False) -> Path:
        """Write a folder with report, tables, labelled outputs and manifest, whole or not at all.

        Raises
        ------
        OutputError
            If the folder exists and ``force`` is false, is not a run's, or cannot be written.
        """
        goal = check_free(folder, force=force)
        languages: Mapping[Language, str] = {"en": REPORTS["en"], "zh": REPORTS["zh"]}
        reports = {name: self._render(language) for language, name in languages.items()}
        write_folder(goal, lambda partial: self._write(partial, reports), force=force)
        return goal

    def answer(self) -> dict[str, Any]:
        """The whole answer as plain data: facts, every cut, and the matrix if there is one."""
        facts = {**self.outputs.attrs, "world_sha256": self.manifest["world_sha256"]}
        cuts = [
            {"kind": kind, **row}
            for kind in self._kinds()
            for row in self.table(kind).to_dict(orient="records")
        ]
        found: dict[str, Any] = {"question": facts, "cuts": cuts}
        for name in ("dependence_loss", "dependence_imposed", "horizon_loss"):
            if name in self.outputs:
                values = self.outputs[name]
                found[name] = {
                    "dims": list(values.dims),
                    **{dim: values[dim].values.tolist() for dim in values.dims},
                    "percent": values.values.tolist(),
                }
        return found

    def _kinds(self) -> list[Kind]:
        """The kinds of cut that the answer holds."""
        return [kind for kind in KINDS if (self.outputs["kind"] == kind).any()]

    def _render(self, language: Language) -> str:
        from tradewind.report.chokepoints_html import render_chokepoints
        from tradewind.world.provenance import as_dicts

        sources = as_dicts(self.world.data)
        return render_chokepoints(self.outputs, self.world, sources, self.manifest, language)

    def _write(self, folder: Path, reports: dict[str, str]) -> None:
        import pandas as pd

        for name, text in reports.items():
            (folder / name).write_text(text, encoding="utf-8")
        tables = {kind: self.table(kind) for kind in self._kinds()}
        rows = [table.assign(kind=kind) for kind, table in tables.items() if len(table)]
        every = pd.concat(rows).rename_axis("place").reset_index().set_index(["kind", "place"])
        csv, answer, outputs, manifest = CHOKEPOINT_FILES[len(REPORTS) :]
        every.to_csv(folder / csv)
        for name, values in ((answer, self.answer()), (manifest, self.manifest)):
            (folder / name).write_text(to_json(values) + "\n", encoding="utf-8")
        self.outputs.to_netcdf(folder / outputs, engine="h5netcdf")


def find_chokepoints(
    world: World | None = None,
    economy: str = "",
    *,
    by: Kind | Sequence[Kind] = "link",
    horizon: Horizon = "short",
    exact: int | None = TOP,
    closure: Closure = "fixed",
    elasticity_set: str | None = None,
    keep: Path | None = None,
    restart: bool = False,
    progress: Progress = silent,
    tell: Callable[[str], None] | None = None,
    command: str | None = None,
) -> ChokepointRun:
    """Rank what an economy depends on by what it costs to lose it.

    Parameters
    ----------
    world : World, optional
        The shipped one if left out.
    economy : str
        Code of the economy, for instance ``"DEU"``.
    by : {"link", "supplier", "sector"} or several
        One supplier's sales of one sector to the economy; all that a supplier sells to it; a
        supplier's sales of one sector to everybody abroad.
    horizon : {"short", "long"} or float
        Parameters of the first year, of the long run, or of some years after.
    exact : int, optional
        How many of each kind, the worst as predicted, are cut exactly. None cuts all, cuts every
        economy off from every supplier, and follows the worst suppliers over the horizon.
    closure : {"fixed", "balanced", "proportional"}
        Trade deficits. With ``balanced`` cuts are measured from balanced trade.
    elasticity_set : str, optional
    keep : Path, optional
        File in which results are kept while the job runs, so that it goes on after a kill.
    restart : bool
        Whether results of another question in that file are thrown away.
    progress : callable, optional
        Told how many cuts are done, and of how many.
    tell : callable, optional
        Told the name of each step.
    command : str, optional
        What to type to ask again, kept in the manifest.

    Raises
    ------
    InputError
        If the economy, a kind, the horizon, the closure or the set of elasticities is unknown.
    OutputError
        If ``keep`` holds results of another question and ``restart`` is false.
    """
    say, clock = tell or (lambda _: None), time.perf_counter()
    kinds = (by,) if isinstance(by, str) else tuple(by)
    if world is not None and not isinstance(world, World):
        raise InputError(
            "world is not a World",
            where="tradewind.find_chokepoints(), argument world",
            value=type(world).__name__,
            bound="a tradewind.World",
            remedy="World.default() or World.load(path); the economy comes second",
        )
    question = Question(economy, kinds, horizon, exact, closure, elasticity_set)
    check_closure(closure)
    say("reading the world")
    world = world or World.default()
    setting = setting_at(world, horizon, closure, elasticity_set)
    everything = exact is None
    path = path_of(world, question) if everything else []
    store = Store(keep, fingerprint(world, question, [setting, *path]), restart=restart)
    say("differentiating the equilibrium")
    outputs = find(
        setting,
        economy,
        kinds_of(question),
        exact=exact,
        matrix=everything,
        path=path,
        store=store,
        progress=progress,
    )
    facts = _facts(world, question, setting)
    outputs = outputs.assign_attrs({**outputs.attrs, **facts})
    manifest = {
        **software(),
        "world": world.name,
        "base_year": world.base_year,
        "year": world.year,
        "world_sha256": world_hash(world.data),
        "question": asdict(question),
        "command": command or "tradewind.find_chokepoints() in Python",
        "residual": outputs.attrs["residual"],
        "timings_s": {"all": round(time.perf_counter() - clock, 2)},
    }
    return ChokepointRun(world, outputs, manifest)


def _facts(world: World, question: Question, setting: Setting) -> dict[str, Any]:
    name = world.economy_names[question.economy]
    rolled = world.year != world.base_year
    return {
        "title": f"Chokepoints of {name}",
        "world": world.name,
        "base_year": world.base_year,
        "year": world.year,
        **({"held_out": str(world.data.attrs["held_out"])} if rolled else {}),
        "horizon": horizon_name(question.horizon),
        "elasticity_set": question.elasticity_set or world.elasticity_sets[0],
        "labour_moves_after_years": registry().labour_moves_after_years.value,
        "tradewind_version": version("tradewind"),
    }
