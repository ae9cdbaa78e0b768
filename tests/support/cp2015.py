"""The data of Caliendo & Parro (2015): raw files, compact copy, and the baseline built from them.

``read_text`` parses the article's replication files, ``write_compact`` re-encodes them once into
``tests/published/data/cp2015.npz`` (double precision, nothing rounded), and ``load_cp2015`` builds
the arrays of the model from that copy, so that tests run without the shared data.

The treatment follows what reproduces the article's tables: columns of the input-output table
normalised to one, gross output raised to exports where exports exceed it, domestic sales as the
remainder of gross output, final shares as the residual of expenditure, negative ones set to zero.

Source: Caliendo, L. and Parro, F. (2015), "Estimates of the Trade and Welfare Effects of NAFTA",
Review of Economic Studies 82(1), 1-44, and its replication files.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

COMPACT_FILE = Path(__file__).resolve().parents[1] / "published" / "data" / "cp2015.npz"
SHARED_DIRECTORY = Path(__file__).resolve().parents[3] / "shared" / "data" / "trade" / "cp2015"

_NAMES = (
    "ARG AUS AUT BRA CAN CHL CHN DNK FIN FRA DEU GRC HUN IND IDN IRL ITA JPN KOR MEX NLD NZL NOR "
    "PRT ZAF ESP SWE TUR GBR USA ROW"
)
ECONOMIES = tuple(_NAMES.split())
NAFTA = ("MEX", "CAN", "USA")
NON_TRADED_ELASTICITY = 8.22


@dataclass(frozen=True)
class RawCaliendoParro:
    """The seven replication files in the units and numbers of the files, axes named.

    Attributes
    ----------
    trade_flow : (20 sectors, importer, exporter) [thousand USD / year], net of tariffs
    tariff_1993, tariff_2005 : (20 sectors, importer, exporter) [percent]
    gross_output : (40 sectors, economy) [USD / year]
    value_added_share : (40 sectors, economy)
    input_share : (economy, input sector, using sector), columns of intermediates
    trade_elasticity : (20 sectors)
    """

    trade_flow: FloatArray
    tariff_1993: FloatArray
    tariff_2005: FloatArray
    gross_output: FloatArray
    value_added_share: FloatArray
    input_share: FloatArray
    trade_elasticity: FloatArray


@dataclass(frozen=True)
class CaliendoParroData:
    """Arrays of the model, year 1993, money in USD million.

    Attributes
    ----------
    trade_flow : (importer, exporter, sector) [USD million / year], net of tariffs, with domestic
        sales on the diagonal
    tariff_1993, tariff_2005 : (importer, exporter, sector), as fractions, zero for non-traded
    tariff_nafta : tariffs of 1993, except those among Mexico, Canada and the US, which are of 2005
    gross_output, value_added_share : (economy, sector)
    input_share : (economy, input sector, using sector), columns sum to one
    final_share : (economy, sector), rows sum to one
    trade_elasticity : (sector)
    expenditure : (economy, sector), gross of tariffs
    expenditure_share : (importer, exporter, sector)
    value_added, deficit : (economy); the deficit is imports less exports, net of tariffs
    final_share_negative : number of cells of the final shares that were set to zero
    """

    trade_flow: FloatArray
    tariff_1993: FloatArray
    tariff_2005: FloatArray
    tariff_nafta: FloatArray
    gross_output: FloatArray
    value_added_share: FloatArray
    input_share: FloatArray
    final_share: FloatArray
    trade_elasticity: FloatArray
    expenditure: FloatArray
    expenditure_share: FloatArray
    value_added: FloatArray
    deficit: FloatArray
    final_share_negative: int


def read_text(directory: Path = SHARED_DIRECTORY) -> RawCaliendoParro:
    """Read the replication files as published.

    Parameters
    ----------
    directory : folder with ``B.txt``, ``GO.txt``, ``IO.txt``, ``T.txt``, ``xbilat1993.txt`` and
        the two tariff files.
    """

    def table(name: str, *shape: int) -> FloatArray:
        return np.asarray(np.loadtxt(directory / name), dtype=np.float64).reshape(shape)

    return RawCaliendoParro(
        trade_flow=table("xbilat1993.txt", 20, 31, 31),
        tariff_1993=table("tariffs1993.txt", 20, 31, 31),
        tariff_2005=table("tariffs2005.txt", 20, 31, 31),
        gross_output=table("GO.txt", 40, 31),
        value_added_share=table("B.txt", 40, 31),
        input_share=table("IO.txt", 31, 40, 40),
        trade_elasticity=table("T.txt", 20),
    )


def write_compact(raw: RawCaliendoParro, path: Path = COMPACT_FILE) -> None:
    """Write the raw arrays to one compressed file, unchanged and in double precision."""
    np.savez_compressed(path, **{item.name: getattr(raw, item.name) for item in fields(raw)})


def read_compact(path: Path = COMPACT_FILE) -> RawCaliendoParro:
    """Read the raw arrays back from the compact file."""
    with np.load(path) as archive:
        return RawCaliendoParro(
            **{item.name: archive[item.name] for item in fields(RawCaliendoParro)}
        )


def load_cp2015(path: Path = COMPACT_FILE) -> CaliendoParroData:
    """Return the baseline of 1993 from the compact file in the repository."""
    return prepare(read_compact(path))


def prepare(raw: RawCaliendoParro) -> CaliendoParroData:
    """Build the arrays of the model from the raw files.

    Value added is Σ_j β_nj Y_nj and final shares are
    α_nk = (X_nk − Σ_j g_nkj (1 − β_nj) Y_nj) / (V_n + R_n + D_n), negative cells zero, rows
    normalised to one.
    """
    traded, economies, _ = raw.trade_flow.shape
    sectors = raw.gross_output.shape[0]
    own = np.arange(economies)

    def with_non_traded(block: FloatArray) -> FloatArray:
        full = np.zeros((economies, economies, sectors))
        full[:, :, :traded] = np.moveaxis(block, 0, 2)
        return full

    foreign = with_non_traded(raw.trade_flow) / 1e3
    foreign[own, own] = 0.0
    exports = foreign.sum(axis=0)
    gross_output = np.maximum(raw.gross_output.T / 1e6, exports)
    trade_flow = foreign.copy()
    trade_flow[own, own] = gross_output - exports
    tariff_1993 = with_non_traded(raw.tariff_1993) / 100.0
    tariff_2005 = with_non_traded(raw.tariff_2005) / 100.0
    if np.any(tariff_1993[own, own] != 0.0) or np.any(tariff_2005[own, own] != 0.0):
        raise ValueError("CP 2015: a tariff on domestic sales is not zero")
    members = [ECONOMIES.index(name) for name in NAFTA]
    tariff_nafta = tariff_1993.copy()
    block = np.ix_(members, members)
    tariff_nafta[block] = tariff_2005[block]

    expenditure_by_source = trade_flow * (1.0 + tariff_1993)
    expenditure = expenditure_by_source.sum(axis=1)
    value_added_share = raw.value_added_share.T.copy()
    column_sum = raw.input_share.sum(axis=1, keepdims=True)
    empty = column_sum == 0.0
    if np.any(empty[:, 0, :] & (value_added_share != 1.0)):
        raise ValueError("CP 2015: a column of inputs is empty where inputs are used")
    # An empty column carries no weight (value-added share one); a uniform one keeps the sums at 1.
    input_share = np.where(empty, 1.0 / sectors, raw.input_share / np.where(empty, 1.0, column_sum))

    value_added = (value_added_share * gross_output).sum(axis=1)
    revenue = (tariff_1993 * trade_flow).sum(axis=(1, 2))
    deficit = foreign.sum(axis=(1, 2)) - exports.sum(axis=1)
    intermediate = np.einsum("nkj,nj->nk", input_share, (1.0 - value_added_share) * gross_output)
    residual = (expenditure - intermediate) / (value_added + revenue + deficit)[:, None]
    final_share = np.maximum(residual, 0.0)
    final_share /= final_share.sum(axis=1, keepdims=True)
    return CaliendoParroData(
        trade_flow=trade_flow,
        tariff_1993=tariff_1993,
        tariff_2005=tariff_2005,
        tariff_nafta=tariff_nafta,
        gross_output=gross_output,
        value_added_share=value_added_share,
        input_share=input_share,
        final_share=final_share,
        trade_elasticity=np.concatenate(
            [raw.trade_elasticity, np.full(sectors - traded, NON_TRADED_ELASTICITY)]
        ),
        expenditure=expenditure,
        expenditure_share=expenditure_by_source / expenditure[:, None, :],
        value_added=value_added,
        deficit=deficit,
        final_share_negative=int(np.count_nonzero(residual < 0.0)),
    )
