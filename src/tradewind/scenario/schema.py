"""The scenario: one frozen, validated model, read from one YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from tradewind.errors import InputError, ScenarioError
from tradewind.scenario.forms import Frozen, Number, Selector, refusal
from tradewind.scenario.horizon import with_defaults, years_of
from tradewind.scenario.plan import PlanSection
from tradewind.scenario.shocks import Shock
from tradewind.scenario.yaml_source import Source, parse, read_text
from tradewind.scenario.years import YearsSection

if TYPE_CHECKING:
    import xarray as xr

    from tradewind.scenario.messages import Language
    from tradewind.scenario.world_view import WorldView
    from tradewind.world import World

Positive = Annotated[Number, Field(gt=0.0)]
"""A finite number above 0."""


_ORDER = {"type": -1, "source": 1}
"""A shock is written with its type first and its source last."""


class ElasticityOverride(Frozen):
    """A trade elasticity that replaces the set's in some sectors."""

    sector: Selector
    """In which sectors."""
    trade_elasticity: Positive
    """The elasticity θ [1]: imports fall by about θ per cent when their cost rises by one."""
    source: str | None = None
    """Where the number comes from."""


class Controls(Frozen):
    """Export controls: which rules hold, and what is added, ended or changed.

    The rules themselves are validated by the block that knows them.
    """

    regime: Literal["enacted", "none"] = "enacted"
    """`enacted`: all shipped rules. `none`: no rules at all, but for those added."""
    add: tuple[Mapping[str, Any], ...] = ()
    """Whole rules, as in docs/rules.md."""
    end: tuple[Mapping[str, Any], ...] = ()
    """`{id, on}` or `{round, on}`: a rule, or all of a round, ends on that day."""
    change: tuple[Mapping[str, Any], ...] = ()
    """`{id, field: value}` or `{round, field: value}`: fields that are replaced."""


class Scenario(Frozen):
    """What happens, to whom, and under which assumptions."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    """Short name: small letters, digits and hyphens."""
    title: Annotated[str, Field(min_length=1)]
    """One line for tables and the head of the report."""
    description: str = ""
    """The question, where the numbers come from, and what the scenario cannot say."""
    world: Annotated[str, Field(min_length=1)] = "wiod2014"
    """`wiod2014`, the shipped world; `wiod2014-at-2024`, the same rolled forward to a year (2015 to
    2025); or the path of a world file (relative to the scenario's)."""
    horizon: Literal["long", "short"] | None = "long"
    """`long`: everything has adjusted. `short`: the first year, in which suppliers and inputs are
    hard to replace and labour stays where it is. Labour, the sigmas and the trade elasticities
    follow from it, each unless it is given. None if `horizon_years` says it."""
    horizon_years: Annotated[Number, Field(ge=0.0)] | None = None
    """Years since the shock, in place of `horizon`: 0 is `short`, and with the years everything
    moves to `long`. Left out: as `horizon` says."""
    closure: Literal["fixed", "balanced", "proportional"] = "fixed"
    """Trade deficits: `fixed` in world value added, `balanced` (all zero), or `proportional` to
    each economy's value added, scaled to sum to zero."""
    labour: Literal["mobile", "specific"] = "mobile"
    """`mobile`: one wage per economy. `specific`: labour is bound to its sector. Left out: mobile
    in the long run, specific in the short run and in the first years."""
    elasticity_set: Annotated[str, Field(min_length=1)] = "fontagne_2022"
    """The world's set of long-run trade elasticities: `fontagne_2022` or `fgh_2022`. At a shorter
    horizon they are on their way to it."""
    elasticity_overrides: tuple[ElasticityOverride, ...] = ()
    """Trade elasticities that hold in some sectors, as given, at any horizon."""
    sigma_value_added: Positive = 1.0
    """Substitution elasticity [1] between value added and intermediate inputs; 1 is
    Caliendo-Parro. Left out: by horizon, as the other two."""
    sigma_inputs: Positive = 1.0
    """Substitution elasticity [1] among intermediate inputs; 1 is Caliendo-Parro."""
    sigma_final: Positive = 1.0
    """Substitution elasticity [1] among goods in final demand; 1 is Caliendo-Parro."""
    shocks: tuple[Shock, ...]
    """What happens. An empty list is the baseline."""
    controls: Controls | None = None
    """Export controls in place of the rules as enacted."""
    chip_parameters: Mapping[str, Number] = Field(default_factory=dict)
    """Parameters of the chip market that are not at their central value (`tradewind chips
    parameters`)."""
    plan: PlanSection | None = None
    """Compute and power planned together (`tradewind plan`)."""
    years: YearsSection | None = None
    """The run over the years (`tradewind run`); its defaults if left out."""

    _source: Source = PrivateAttr(default_factory=lambda: Source("scenario"))

    @model_validator(mode="before")
    @classmethod
    def _assumptions_follow_horizon(cls, data: Any) -> Any:
        return with_defaults(data) if isinstance(data, Mapping) else data

    @model_validator(mode="after")
    def _one_horizon(self) -> Scenario:
        if None not in (self.horizon, self.horizon_years) and (
            self.horizon_years != years_of(self.horizon or "long")
        ):
            raise refusal(
                "horizon and horizon_years contradict each other",
                bound="one of them, or `horizon: short` with `horizon_years: 0`",
                remedy="remove `horizon` to keep the years, or remove `horizon_years`",
                field="horizon_years",
            )
        return self

    # Where a scenario was read from is no part of what it says.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.model_dump() == other.model_dump()

    # Rules and parameters are mappings, which Python does not hash.
    def __hash__(self) -> int:
        return hash(self.model_dump_json())

    @property
    def years_since(self) -> float:
        """Years since the shock [year]; infinite in the long run."""
        if self.horizon_years is not None:
            return self.horizon_years
        return years_of(self.horizon or "long")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy with some fields changed, unchecked, as pydantic does.

        Raises
        ------
        ScenarioError
            If the horizon is to change: what follows from it would stay behind.
        """
        for name in sorted({"horizon", "horizon_years"} & set(update or ())):
            raise ScenarioError(
                "a copy cannot have another horizon, since labour and the sigmas would stay",
                where=self._source.where(name),
                value=(update or {})[name],
                bound="fields on which no other depends",
                remedy="use Scenario.from_dict with the fields that you mean",
            )
        return super().model_copy(update=update, deep=deep)

    @property
    def origin(self) -> Source:
        """The file and lines this scenario came from."""
        return self._source

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], origin: Source | None = None) -> Scenario:
        """Validate a mapping; raise `ScenarioError` naming file, field, value and remedy."""
        from tradewind.scenario.refusals import scenario_error

        origin = origin or Source("scenario")
        try:
            scenario = cls.model_validate(dict(data))
        except ValidationError as error:
            raise scenario_error(error, origin) from None
        scenario._source = origin
        return scenario

    @classmethod
    def from_text(cls, text: str, name: str = "scenario") -> Scenario:
        """Read a scenario from YAML text; `name` stands for the file in errors."""
        return cls.from_dict(*parse(text, name))

    @classmethod
    def from_yaml(cls, path_or_name: str | Path) -> Scenario:
        """Read a scenario from a file, or by the name of a shipped one.

        Parameters
        ----------
        path_or_name : str or Path
            A path, or a name such as ``"us-tariffs-2026"``. A text that is a shipped name is taken
            as that; write ``./us-tariffs-2026`` for a file so named.

        Raises
        ------
        ScenarioError
            If the file cannot be read, is no YAML, or breaks the schema.
        """
        from tradewind.scenario.library import find

        path, name = find(path_or_name)
        return cls.from_dict(*parse(read_text(path), name, path.parent))

    @staticmethod
    def shipped() -> dict[str, str]:
        """The scenarios that ship with Tradewind: name to title, the default first."""
        from tradewind.scenario.library import shipped_titles

        return shipped_titles()

    def to_dict(self) -> dict[str, Any]:
        """The scenario as plain data; `from_dict` of it gives an equal scenario."""
        # Assumptions are all written out, since a default may change with a version; of a shock
        # and of a plan only what was said, since a field may be refused where it does not belong
        # and a case changes what it says.
        data = self.model_dump(mode="json", by_alias=True)
        data = {key: value for key, value in data.items() if value is not None}
        for name in ("elasticity_overrides", "shocks"):
            items = [
                item.model_dump(mode="json", by_alias=True, exclude_unset=True)
                for item in getattr(self, name)
            ]
            data[name] = [
                {key: item[key] for key in sorted(item, key=lambda key: _ORDER.get(key, 0))}
                for item in items
            ]
        if self.plan is not None:
            data["plan"] = self.plan.model_dump(mode="json", exclude_unset=True)
        return data

    def to_yaml(self) -> str:
        """Write the scenario as YAML; reading it back gives an equal scenario."""
        import yaml

        return yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True, width=100)

    def load_world(self) -> World:
        """Open the world this scenario stands on."""
        from tradewind.world import World

        try:
            named = World.named(self.world)
        except InputError as error:
            raise ScenarioError(
                error.problem,
                where=self._source.where("world"),
                value=self.world,
                bound=error.bound,
                remedy=error.remedy,
            ) from error
        return named or World.load((self._source.folder or Path()) / Path(self.world).expanduser())

    def at(self, year: int) -> Scenario:
        """Return the same scenario on the shipped world at another year.

        Raises
        ------
        ScenarioError
            If it stands on a world of its own, or there are no data for the year.
        """
        from tradewind.world import World
        from tradewind.world.world import SHIPPED

        if World.table_of(self.world) is None:
            raise ScenarioError(
                "the scenario stands on a world of its own, which is not rolled forward",
                where=self._source.where("world"),
                value=f"{self.world}, year {year}",
                bound=f"`world: {SHIPPED}`, or no world",
                remedy="leave the year out",
            )
        name = World.at(year).name
        return self.model_copy(update={"world": name})

    def in_force(self, year: int) -> Scenario:
        """Return the scenario with the shocks alone that hold in a year after the base."""
        held = tuple(shock for shock in self.shocks if shock.holds(year))
        return self if len(held) == len(self.shocks) else self.model_copy(update={"shocks": held})

    def policy(self, world: WorldView) -> xr.Dataset:
        """Compile the shocks to complete arrays on the labels of a world.

        See Also
        --------
        tradewind.scenario.policy.compile_policy : the variables, their units and order.
        """
        from tradewind.scenario.policy import compile_policy

        return compile_policy(self, world)

    def trade_elasticity(self, world: WorldView) -> xr.DataArray:
        """Trade elasticities (sector) [1]: the world's set at the horizon, then the overrides."""
        from tradewind.scenario.elasticity import trade_elasticity

        return trade_elasticity(self, world)

    def describe(self, world: WorldView, language: Language = "en") -> list[str]:
        """The scenario in words: one sentence a shock, then the assumptions."""
        from tradewind.scenario.words import describe

        return describe(self, world, language)
