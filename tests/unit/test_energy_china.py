"""The Chinese table: totals against published totals, the alignment of years, and the readers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewind.errors import SourceError
from tradewind.world.energy import open_energy
from tradewind.world.names import read_map
from tradewind.world.sources import energy_china_costs as costs
from tradewind.world.sources import energy_china_plants as plants
from tradewind.world.sources import energy_china_series as series

PACKED = 2e-4
"""What packing may move a mean by."""


@pytest.fixture(scope="module")
def china() -> xr.Dataset:
    return open_energy("china31")


def total(china: xr.Dataset, year: int, *carriers: str) -> float:
    chosen = china["capacity"].sel(capacity_year=year, carrier=list(carriers))
    return float(chosen.sum())


def test_the_axes_are_31_provinces_and_a_common_year(china: xr.Dataset) -> None:
    assert dict(china.sizes) | {"hour": 8760, "bus": 31, "line": 56} == dict(china.sizes)
    assert china["load_shape"].dims == ("hour", "bus")
    assert china.attrs["load_calendar"] == "2018"
    assert china.attrs["weather_year"] == "2020"
    gaps = [name for name, variable in china.data_vars.items() if "missing" in variable.attrs]
    assert gaps == ["coal_price", "carbon_factor"]
    for name in gaps:
        absent = china["bus"].to_numpy()[np.isnan(china[name].to_numpy())]
        assert absent.tolist() == ["Tibet"]


@pytest.mark.parametrize(
    ("year", "carriers", "published"),
    [
        (2020, ("coal", "gas"), 1245.2),
        (2020, ("nuclear",), 49.9),
        (2020, ("solar",), 253.5),
        (2020, ("hydro",), 338.7),
        (2024, ("coal", "gas"), 1444.5),
        (2024, ("nuclear",), 60.8),
        (2024, ("solar",), 886.7),
        (2024, ("gas",), 144.0),
        (2024, ("battery",), 73.8),
        (2024, ("pumped storage",), 58.7),
        (2024, ("offshore wind",), 41.3),
    ],
)
def test_capacities_add_up_to_published_totals(
    china: xr.Dataset, year: int, carriers: tuple[str, ...], published: float
) -> None:
    # China Electricity Council and National Energy Administration, end of the year, in GW. The
    # hydro total is all hydro (370.2) less pumped storage (31.5); pumped storage of the sources is
    # younger than 2020, and what grew until 2024 outside the rivers' provinces is not all of it.
    assert total(china, year, *carriers) == pytest.approx(published, rel=0.08)


def test_wind_is_what_the_council_reports(china: xr.Dataset) -> None:
    assert total(china, 2020, "onshore wind", "offshore wind") == pytest.approx(281.5, rel=0.002)
    # November of 2024; December's provincial figures were not found (nation 520.7).
    assert total(china, 2024, "onshore wind", "offshore wind") == pytest.approx(491.6, rel=0.002)


def test_load_and_output_add_up_to_published_totals(china: xr.Dataset) -> None:
    load = china["load_energy"].sum("bus")
    assert load.sel(load_year=2020).item() == pytest.approx(7511.0, rel=1e-3)
    assert load.sel(load_year=2024).item() == pytest.approx(9852.0, rel=2e-3)
    output = china["generation"].sum("bus")
    for fuel, published in {
        "wind": 466.5,
        "solar": 261.1,
        "hydro": 1355.2,
        "nuclear": 366.2,
    }.items():
        assert output.sel(fuel=fuel).item() == pytest.approx(published, rel=2e-3)
    assert china["line_capacity"].sum().item() == pytest.approx(506.0, rel=2e-3)


def test_onshore_wind_gives_the_reported_hours_in_every_province(china: xr.Dataset) -> None:
    hours = china["onshore_wind"].sum("hour")
    error = np.abs(hours / china["full_load_hours"] - 1.0)
    assert float(error.max()) < PACKED
    assert float(china["onshore_wind"].min()) >= 0.0
    assert float(china["onshore_wind"].max()) <= 1.0


def test_load_shapes_have_a_mean_of_one_and_rest_on_sundays(china: xr.Dataset) -> None:
    shape = china["load_shape"]
    assert np.abs(shape.mean("hour") - 1.0).max() < PACKED
    days = shape.mean("bus").to_numpy().reshape(365, 24).mean(axis=1)
    weekday = np.arange(364) % 7
    by_day = [days[:364][weekday == day].mean() for day in range(7)]
    assert int(np.argmin(by_day)) == 6


def test_the_sun_rises_later_by_the_clock_in_the_west(china: xr.Dataset) -> None:
    sun = china["solar"].to_numpy().reshape(365, 24, 31).mean(axis=0)
    centre = (sun * np.arange(24)[:, None]).sum(axis=0) / sun.sum(axis=0)
    found = dict(zip(china["bus"].to_numpy(), centre, strict=True))
    east, west = found["Shanghai"], found["Xinjiang"]
    degrees = float(china["longitude"].sel(bus="Shanghai") - china["longitude"].sel(bus="Xinjiang"))
    assert west - east == pytest.approx(degrees / 15.0, abs=0.4)


def test_the_weather_of_29_february_is_left_out(tmp_path: Path) -> None:
    stamps = np.arange("2020-01-01", "2021-01-01", dtype="datetime64[h]").astype("datetime64[ns]")
    day = (stamps - stamps[0]).astype("timedelta64[D]").astype(float)
    profile = np.repeat(day[:, None] / 400.0, 2, axis=1)
    made = xr.Dataset(
        {"profile": (("time", "bus"), profile), "p_nom_max": ("bus", [1000.0, 3000.0])},
        coords={"time": stamps, "bus": ["A", "B"]},
    )
    made.to_netcdf(tmp_path / "p.nc", engine="h5netcdf")
    read, limit = series.read_profile(tmp_path / "p.nc", ["B", "A"])
    assert read.shape == (8760, 2)
    assert limit.tolist() == [3.0, 1.0]
    days = np.rint(read[:, 0].reshape(365, 24) * 400.0)
    assert days[58].tolist() == [58.0] * 24
    assert days[59].tolist() == [60.0] * 24
    assert days[364].tolist() == [365.0] * 24


def test_a_short_profile_is_refused(tmp_path: Path) -> None:
    stamps = np.arange("2020-01-01", "2020-12-31", dtype="datetime64[h]").astype("datetime64[ns]")
    made = xr.Dataset(
        {"profile": (("time", "bus"), np.zeros((stamps.size, 1))), "p_nom_max": ("bus", [1.0])},
        coords={"time": stamps, "bus": ["A"]},
    )
    made.to_netcdf(tmp_path / "p.nc", engine="h5netcdf")
    with pytest.raises(SourceError, match="number of hours"):
        series.read_profile(tmp_path / "p.nc", ["A"])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 0.4))
def test_rescaling_meets_the_hours_and_keeps_the_order(seed: int, factor: float) -> None:
    raw = np.random.default_rng(seed).beta(1.0, 4.0, size=(series.HOURS, 1))
    bent, exponent = series.rescaled(raw, np.array([factor * series.HOURS]))
    assert bent.mean() == pytest.approx(factor, rel=1e-9)
    assert np.array_equal(np.argsort(raw[:, 0]), np.argsort(bent[:, 0]))
    assert (exponent[0] < 1.0) == (raw.mean() < factor)


def test_the_columns_of_2025_are_never_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('"Region (province, state)",2015,2020,2025\nA,100,200,9999\nB,1,0,7\n')
    assert plants.by_vintage(path, ["B", "A", "C"]).tolist() == [0.001, 0.3, 0.0]


def test_hydro_is_file_and_dams_less_pumped_storage(tmp_path: Path) -> None:
    (tmp_path / "data_p_nom_hydro_p_nom.csv").write_text("P,c\nJilin,510\nSichuan,1000\nHebei,50\n")
    (tmp_path / "data_hydro_PHS_p_nom.csv").write_text("R,MW\nJilin,300\nSichuan,0\nHebei,80\n")
    dams = "n,a,o,r,Province,l,c10\nX,1,1,r,Sichuan,1,12.5\nY,1,1,r,Sichuan,1,7.5\n"
    (tmp_path / "data_hydro_dams_large.csv").write_text(dams)
    hydro, pumped = plants.hydro_and_pumped(tmp_path, ["Jilin", "Sichuan", "Hebei"])
    assert hydro == pytest.approx([4.8, 1.2, 0.0])
    assert pumped == pytest.approx([0.3, 0.0, 0.05])


def test_hydro_of_the_table_is_the_identity_of_the_council(china: xr.Dataset) -> None:
    water = china["capacity"].sel(capacity_year=2020, carrier=["hydro", "pumped storage"])
    both = water.sum("carrier").to_series()
    council = {
        bus.replace("InnerM", "Inner M"): row[2]
        for bus, row in read_map("china_power")["capacity_2020"].items()
    }
    apart = {
        bus: round(both[bus] - reported, 2)
        for bus, reported in council.items()
        if abs(both[bus] - reported) > 0.05
    }
    # The Council lists no hydro for Tibet; the rest are small dams and one vintage.
    assert set(apart) == {"Tibet", "Guangdong", "Yunnan"}
    assert apart["Tibet"] == 2.1


def test_rivers_run_low_in_winter_and_never_over_the_plant(china: xr.Dataset) -> None:
    factor = china["hydro_factor"]
    assert float(factor.min()) > 0.0
    assert float(factor.max()) < 1.0
    for bus in ("Sichuan", "Yunnan"):
        assert float(factor.sel(bus=bus, month=8)) > 1.5 * float(factor.sel(bus=bus, month=2))


def test_costs_are_dollars_of_2020(china: xr.Dataset) -> None:
    cost = china["cost"]
    coal = cost.sel(technology="coal", cost_part="investment").item()
    assert coal == pytest.approx(505.3 * costs.USD_PER_EUR)
    assert cost.sel(technology="nuclear", cost_part="investment").item() == 2520.0
    assert cost.sel(technology="solar", cost_part="fixed_om").item() == pytest.approx(0.022)
    with pytest.raises(SourceError, match="unknown unit"):
        costs.factor("investment", "GBP/kW", "row 1")


def test_coal_prices_average_two_areas(china: xr.Dataset) -> None:
    price = china["coal_price"]
    assert price.sel(bus="Hebei").item() == pytest.approx((0.3720 + 0.3644) / 2.0)
    assert price.sel(bus="Inner Mongolia").item() == pytest.approx((0.3035 + 0.2829) / 2.0)
