"""The section `years` in words, and the years in which a shock holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tradewind.scenario.messages import Language, listed, message

if TYPE_CHECKING:
    from tradewind.scenario.forms import Selector
    from tradewind.scenario.years import Dated, PowerChange, StackRestriction, YearsSection

Name = Callable[[str, "Selector"], str]
"""Tells a selection of economies; the path is for errors."""
BLOCKS = {
    "coupling": "parameters",
    "automation": "automation_parameters",
    "adoption": "adoption_parameters",
    "capital": "capital_parameters",
}
"""Where a section keeps the changed parameters of each block."""


def dated(sentence: str, held: Dated, language: Language) -> str:
    """Add to a sentence in which years it holds; nothing where it holds in all.

    >>> from tradewind.scenario.years import Dated
    >>> dated("Gas costs more", Dated(from_year=2027, until_year=2029), "en")
    'Gas costs more, 2027 to 2029'
    """
    first, last = held.from_year, held.until_year
    if first is None and last is None:
        return sentence
    if first is None or last is None:
        form = "until" if first is None else "from"
    else:
        form = "in" if first == last else "span"
    return message(f"dated_{form}", language, sentence=sentence, first=first, last=last)


def sourced(sentence: str, source: str | None, language: Language) -> str:
    """Add the source to a sentence that has one."""
    if source is None:
        return sentence
    return message("sourced", language, sentence=sentence, source=source.rstrip("."))


def years_in_words(section: YearsSection, name: Name, language: Language) -> Iterator[str]:
    """Tell a section: end, shape, changes of power, pools, stacks, what is held or changed.

    Parameters
    ----------
    section : YearsSection
    name : callable
        Tells a selection of economies.
    language : {"en", "zh"}
    """
    shape = message(f"shape_{section.shape}", language)
    yield message("years", language, last=section.last, shape=shape)
    told = [
        *((_power(change, i, name, language), change) for i, change in enumerate(section.power)),
        *(
            (
                message(
                    "pool", language, economies=name(f"years.pools[{i}].economies", pool.economies)
                ),
                pool,
            )
            for i, pool in enumerate(section.pools)
        ),
        *((_stack(rule, i, name, language), rule) for i, rule in enumerate(section.stacks)),
    ]
    for sentence, held in told:
        yield sourced(dated(sentence, held, language), held.source, language)
    still = [key for key, on in section.switches.model_dump().items() if not on]
    if still:
        names = listed([message(f"switch_{key}", language) for key in still], language)
        yield message("switches", language, names=names)
    for block, field in BLOCKS.items():
        given = getattr(section, field)
        if given:
            values = listed([f"{key} {value:g}" for key, value in given.items()], language)
            block_name = message(f"block_{block}", language)
            yield message("changed_parameters", language, block=block_name, values=values)


def _power(change: PowerChange, index: int, name: Name, language: Language) -> str:
    if change.areas is None:
        where = name(f"years.power[{index}].economies", change.economies)
    else:
        where = listed(list(change.areas), language)
    fuel = message(f"fuel_{change.fuel}", language)
    clauses = [
        message(
            f"{key}_{'down' if size < 0.0 else 'up'}", language, size=f"{abs(size):g}", fuel=fuel
        )
        for key, size in (
            ("fuel_price", change.fuel_price_percent),
            ("connection", change.connection_percent),
            ("build", change.build_percent),
        )
        if size != 0.0
    ]
    if change.carbon_price is not None:
        clauses.append(message("carbon_price", language, price=f"{change.carbon_price:g}"))
    what = listed(clauses or [message("power_same", language)], language)
    return message("power", language, where=where, what=what)


def _stack(rule: StackRestriction, index: int, name: Name, language: Language) -> str:
    form = {0.0: "free", 1.0: "banned"}.get(rule.restriction, "restricted")
    return message(
        f"stack_{form}",
        language,
        stack=message(f"name_{rule.stack}", language),
        economies=name(f"years.stacks[{index}].economies", rule.economies),
        degree=f"{rule.restriction:g}",
    )
