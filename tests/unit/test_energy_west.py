"""Tables of the United States and Europe: readers, their traps, synthesis, and what ships."""

from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from tradewind.errors import SourceError
from tradewind.world.energy import open_energy
from tradewind.world.names import read_map
from tradewind.world.sources import energy_europe, energy_us, energy_us_hours
from tradewind.world.sources import energy_reading as reading
from tradewind.world.sources import energy_shapes as shapes

HOURS = shapes.HOURS
TIMES = pd.date_range("2022-01-01", periods=HOURS, freq="h")
FUELS = tuple(energy_us_hours.FUELS)


@pytest.fixture(scope="module")
def us() -> xr.Dataset:
    return open_energy("us")


@pytest.fixture(scope="module")
def europe() -> xr.Dataset:
    return open_energy("europe")


# --- hours of the United States ---------------------------------------------------------------


def weekly(fuel: str) -> np.ndarray:
    """A figure for every hour that repeats each week."""
    hour = np.arange(HOURS) % 168
    return 1000.0 + 100.0 * FUELS.index(fuel) + hour


def write_hours(folder: Path, figures: dict[str, np.ndarray], times: pd.DatetimeIndex) -> Path:
    place = folder / "energy" / "dcrl"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "XX.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(energy_us_hours.COLUMNS)
        for row, time in enumerate(times):
            cells = [figures[fuel][row] for fuel in FUELS]
            shown = ["" if np.isnan(cell) else f"{cell:.1f}" for cell in cells]
            writer.writerow([f"{time}+00:00", *shown, "400.0"])
    return folder


def test_missing_and_broken_hours_take_the_same_hour_of_other_weeks(tmp_path: Path) -> None:
    figures = {fuel: weekly(fuel).copy() for fuel in FUELS}
    for fuel in FUELS:
        figures[fuel][1000:1023] = np.nan
        figures[fuel][3000] = 1.0
    figures["NUC"][[2000, 2168]] = 0.0
    figures["NUC"][5000] = 9000.0
    read, mended = energy_us_hours.hourly(write_hours(tmp_path, figures, TIMES), "XX")
    assert mended == 8 * 24 + 3
    for fuel, carrier in energy_us_hours.FUELS.items():
        by_start = np.roll(weekly(fuel), -1)  # the file names hours by their end
        np.testing.assert_allclose(read[carrier], by_start, rtol=0, atol=1e-9)


def test_an_hour_that_is_out_of_place_is_refused(tmp_path: Path) -> None:
    times = TIMES.to_numpy().copy()
    times[[10, 11]] = times[[11, 10]]
    figures = {fuel: weekly(fuel) for fuel in FUELS}
    write_hours(tmp_path, figures, pd.DatetimeIndex(times))
    with pytest.raises(SourceError, match="list of hours"):
        energy_us_hours.hourly(tmp_path, "XX")


def test_an_hour_that_is_broken_in_all_weeks_is_refused() -> None:
    broken = np.zeros(HOURS, dtype=bool)
    broken[5::168] = True
    with pytest.raises(SourceError, match="every week"):
        energy_us_hours.mend(np.ones(HOURS), broken, "here")


def test_a_fleet_is_no_smaller_than_its_greatest_hour() -> None:
    chart = {
        "areas": {
            "A": {"plants_2022": {"gas": 10.0, "solar": 100.0, "biomass": 1.0, "geothermal": 2.0}}
        }
    }
    made = {carrier: np.zeros(HOURS) for carrier in energy_us_hours.FUELS.values()}
    made["gas"][7] = 12.0
    made["solar"][::2] = 20.0
    (fleet,) = energy_us_hours.fleet_seen(chart, [made])
    assert fleet["gas"] == 12.0
    assert fleet["other"] == 3.0
    assert fleet["solar"] == 20.0  # a factor of 0.1: the file does not see all of the list


# --- clocks ------------------------------------------------------------------------------------


def test_the_leap_day_is_what_goes() -> None:
    days = np.repeat(np.arange(366), 24).astype(float)
    kept = shapes_days(reading.leap_day_out(days))
    assert kept.tolist() == [day for day in range(366) if day != 59]


def shapes_days(values: np.ndarray) -> np.ndarray:
    by_day = values.reshape(365, 24)
    assert (by_day == by_day[:, :1]).all()
    return by_day[:, 0]


def test_a_year_that_does_not_leap_is_refused() -> None:
    with pytest.raises(SourceError, match="leap year"):
        reading.leap_day_out(np.zeros(HOURS))


@pytest.mark.parametrize("offset", [-8, 0, 2])
def test_weather_is_moved_to_utc(tmp_path: Path, offset: int) -> None:
    local = np.arange(8784) % 24
    place = tmp_path / "energy" / "weather_2024"
    place.mkdir(parents=True)
    table = {"utc_offset_seconds": offset * 3600, "hourly": {"temperature_2m": local.tolist()}}
    (place / "X.json").write_text(json.dumps(table))
    read = reading.measured_temperature(tmp_path, "X")
    np.testing.assert_array_equal(read, (np.arange(HOURS) + offset) % 24)


def test_both_tables_keep_utc(us: xr.Dataset, europe: xr.Dataset) -> None:
    for data, year in ((us, 2022), (europe, 2021)):
        assert data.attrs["clock"].startswith("UTC")
        times = pd.DatetimeIndex(data["time"].to_numpy())
        assert times.equals(pd.date_range(f"{year}-01-01", periods=HOURS, freq="h"))


def test_the_sun_of_california_peaks_at_its_noon(us: xr.Dataset) -> None:
    sun = us["profile_solar"].sel(area="CISO")
    mean = sun.groupby(us["time"].dt.hour).mean()
    assert int(np.argmax(mean.to_numpy())) in {18, 19, 20, 21}  # noon there is near 20:00 UTC


# --- Dispa-SET ----------------------------------------------------------------------------------


@pytest.fixture
def two_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    chart = read_map("energy_europe")
    zones = {name: chart["zones"][name] for name in ("NL", "FR")}
    monkeypatch.setattr(energy_europe, "read_map", lambda name: {**chart, "zones": zones})


def write_dispaset(folder: Path, zone: str, **columns: str) -> None:
    names = ("PHOT", "WTOF", "WTON", "HROR")
    line = ",".join(columns.get(name, "0.25") for name in names)
    text = "\n".join([",PHOT,WTOF,WTON,HROR", *[f"t,{line}"] * 8784])
    (folder / f"AF_2016_{zone}.csv").write_text(text + "\n")


@pytest.mark.usefixtures("two_zones")
def test_an_infinite_river_is_no_river(tmp_path: Path) -> None:
    write_dispaset(tmp_path, "NL", HROR="inf")
    write_dispaset(tmp_path, "FR", PHOT="0.5")
    read = energy_europe.dispaset(tmp_path)
    assert np.isnan(read["river"].sel(area="NL")).all()
    assert (read["river"].sel(area="FR") == 0.25).all()
    assert (read["solar"].sel(area="FR") == 0.5).all()
    assert read.sizes == {"area": 2, "time": HOURS}


@pytest.mark.usefixtures("two_zones")
@pytest.mark.parametrize(("zone", "column"), [("NL", "PHOT"), ("FR", "HROR")])
def test_an_infinite_figure_elsewhere_is_refused(tmp_path: Path, zone: str, column: str) -> None:
    write_dispaset(tmp_path, "NL", HROR="inf")
    write_dispaset(tmp_path, "FR")
    broken = {"HROR": "inf", column: "inf"} if zone == "NL" else {column: "inf"}
    write_dispaset(tmp_path, zone, **broken)
    with pytest.raises(SourceError, match="not finite"):
        energy_europe.dispaset(tmp_path)


@pytest.mark.usefixtures("two_zones")
def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    write_dispaset(tmp_path, "NL", HROR="inf")
    write_dispaset(tmp_path, "FR")
    path = tmp_path / "AF_2016_FR.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:8000]) + "\n")
    with pytest.raises(SourceError, match="leap year"):
        energy_europe.dispaset(tmp_path)


# --- synthesis ----------------------------------------------------------------------------------


def test_weather_is_seeded_and_shared_by_neighbours() -> None:
    latitude, longitude = np.array([50.0, 50.0, 40.0]), np.array([8.0, 9.0, -4.0])
    field = shapes.weather_field(1, latitude, longitude, 20_000, 600.0, 0.5)
    np.testing.assert_array_equal(
        field, shapes.weather_field(1, latitude, longitude, 20_000, 600.0, 0.5)
    )
    near, far = np.corrcoef(field)[0, 1:]
    apart = shapes.distance_km(latitude, longitude)
    assert near == pytest.approx(np.exp(-apart[0, 1] / 600), abs=0.03)
    assert far == pytest.approx(np.exp(-apart[0, 2] / 600), abs=0.03)
    assert np.corrcoef(field[0, 1:], field[0, :-1])[0, 1] == pytest.approx(0.5, abs=0.03)


@given(mean=st.floats(0.05, 0.6), seed=st.integers(0, 1000))
def test_shares_bend_to_any_mean(mean: float, seed: int) -> None:
    shares = np.random.default_rng(seed).uniform(0.05, 0.95, 500)
    bent = shapes.with_mean(shares, mean)
    assert bent.mean() == pytest.approx(mean, abs=1e-9)
    assert ((bent >= 0) & (bent <= 1)).all()


def test_the_sun_is_out_at_night_and_keeps_its_mean() -> None:
    field = np.random.default_rng(3).standard_normal(365)
    profile = shapes.solar_profile(51.0, 0.0, 0.11, field)
    assert profile.mean() == pytest.approx(0.11)
    by_hour = profile.reshape(365, 24)
    assert (by_hour[:, [0, 1, 2, 22, 23]] == 0).all()
    assert by_hour[172].sum() > 2 * by_hour[355].sum()
    with pytest.raises(SourceError, match="full power"):
        shapes.solar_profile(51.0, 0.0, 0.4, field)


def test_wind_keeps_its_mean_and_is_stronger_in_winter() -> None:
    field = np.random.default_rng(4).standard_normal(HOURS)
    profile = shapes.wind_profile(0.25, 0.2, 0.33, field)
    assert profile.mean() == pytest.approx(0.25, abs=1e-9)
    assert profile.var() == pytest.approx(0.2 * 0.25 * 0.75, rel=0.1)
    assert profile[: 24 * 59].mean() > 1.3 * profile[24 * 151 : 24 * 212].mean()


def test_temperature_has_the_normals_and_peaks_in_the_afternoon() -> None:
    air = shapes.temperature(0.0, 20.0, 15.0, np.zeros(HOURS))
    months = pd.Series(air).groupby(TIMES.month).mean()
    assert months[1] == pytest.approx(0.0, abs=0.2)
    assert months[7] == pytest.approx(20.0, abs=0.2)
    assert int(air[:24].argmax()) in {13, 14}  # three in the afternoon, one hour east


def test_load_follows_the_clock_the_week_and_the_weather() -> None:
    mild = np.full(HOURS, 18.0)
    first = datetime.date(2021, 1, 1)
    flat = shapes.load_shape(mild, 0.04, 0.02, 0, first)
    assert flat.mean() == pytest.approx(1.0)
    east = shapes.load_shape(mild, 0.04, 0.02, 2, first)
    np.testing.assert_allclose(east[24 * 40 : 24 * 41], flat[24 * 40 + 2 : 24 * 41 + 2], rtol=1e-3)
    friday, sunday = flat[24 * 35 : 24 * 36], flat[24 * 37 : 24 * 38]
    assert datetime.date(2021, 2, 5).weekday() == 4
    assert friday.mean() > 1.1 * sunday.mean()
    cold = mild.copy()
    cold[24 * 30 : 24 * 60] = -5.0
    ratio = shapes.load_shape(cold, 0.04, 0.02, 0, first) / flat
    assert ratio[24 * 45] / ratio[24 * 200] == pytest.approx(1 + 0.04 * 20)


# --- what ships ---------------------------------------------------------------------------------


def test_figures_are_in_gigawatts_and_dollars(us: xr.Dataset, europe: xr.Dataset) -> None:
    assert float(us["load_mean"].sum()) * 8.76 == pytest.approx(2566, abs=15)  # TWh of 2022
    assert float(europe["load_mean"].sum()) * 8.76 == pytest.approx(3447, abs=5)
    assert float(us["capacity"].sel(fleet=2022, area="PJM", carrier="nuclear")) == pytest.approx(
        34.467
    )
    assert float(europe["capacity"].sel(fleet=2021, area="FR", carrier="nuclear")) == pytest.approx(
        61.4, abs=0.1
    )
    for data in (us, europe):
        assert data["industrial_price"].min() > 40
        assert data["industrial_price"].max() < 300
        assert float(data["line_forward"].max()) < 60
        assert data["load_shape"].mean("time").to_numpy() == pytest.approx(1.0, abs=1e-4)


def test_load_is_what_was_generated(us: xr.Dataset) -> None:
    made = us["generated"].sum("carrier").to_numpy()
    np.testing.assert_allclose(us["load_mean"].to_numpy() * 8.76, made, rtol=1e-9)


def test_what_sun_and_wind_may_give_is_what_they_gave(us: xr.Dataset) -> None:
    for carrier in ("solar", "onshore wind"):
        profile = us[f"profile_{carrier.replace(' ', '_')}"].mean("time")
        given_ = profile * us["capacity"].sel(fleet=2022, carrier=carrier) * 8.76
        made = us["generated"].sel(carrier=carrier)
        rows = [area for area in us["area"].to_numpy() if float(made.sel(area=area)) > 0]
        np.testing.assert_allclose(given_.sel(area=rows), made.sel(area=rows), rtol=2e-3)


def test_synthetic_years_have_the_annual_factors_of_irena(europe: xr.Dataset) -> None:
    # IRENA, 2019-2022 (derived/cf_annual_irena_2019_2022.csv), to its third digit
    for area, carrier, factor in (
        ("DE", "solar", 0.107),
        ("ES", "solar", 0.191),
        ("DE", "onshore wind", 0.206),
        ("DK", "offshore wind", 0.432),
        ("GB", "offshore wind", 0.411),
        ("SE", "onshore wind", 0.296),
    ):
        profile = europe[f"profile_{carrier.replace(' ', '_')}"].sel(area=area)
        assert float(profile.mean()) == pytest.approx(factor, abs=1e-3)
        assert float(profile.max()) <= 1.0


def test_artefacts_do_not_ship(europe: xr.Dataset) -> None:
    sun = europe["profile_solar"].mean("time")
    assert float(sun.sel(area="IE")) > 0.09
    assert float(sun.min()) > 0.07
    assert float(sun.max()) < 0.20


def test_what_is_made_up_says_so(us: xr.Dataset, europe: xr.Dataset) -> None:
    for name, variable in europe.data_vars.items():
        hourly = "time" in variable.dims
        assert (variable.attrs["synthetic"] == "yes") is hourly, name
        assert "Dispa-SET" not in variable.attrs["source"]
    assert us["load_shape"].attrs["synthetic"] == "no"
    assert us["temperature"].attrs["synthetic"] == "yes"
    measured = us["site"].to_numpy()[us["site_measured"].to_numpy()].tolist()
    assert measured == ["Northern Virginia", "Dallas", "Silicon Valley", "New York"]


def test_tables_are_small() -> None:
    folder = Path(energy_us.__file__).parents[1] / "data" / "energy"
    for name in ("us", "europe"):
        assert (folder / f"{name}.nc").stat().st_size < 2_500_000
