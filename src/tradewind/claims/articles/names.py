"""Figures that are no quantities: products, versions, ordinals, places in a list."""

from __future__ import annotations

import re

_LEADING = (
    r"tier|phase|stage|chapter|section|article|part|version|group|top|category|class|level|"
    r"round|no\.?|number|page|order|type|line|step|table|figure|appendix|fortune|top-|rule|week|day"
)
PATTERNS = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        # H100, GPT-4, c919, Web1.0, DeepSeek-V3, Qwen2.5, F-35, MI300X; with 和2.0 behind.
        (
            r"(?<![A-Za-z])[A-Za-z]{1,20}[-·]?[A-Za-z]{0,20}\d{1,20}(?:\.\d{1,9}){0,4}[A-Za-z]{0,3}(?![\d%])",
            0,
        ),
        # Llama 4, Windows 11, Order 14110: a name, then a figure with no scale or unit behind.
        (
            r"(?<![A-Za-z])[A-Z][A-Za-z]+(?:[ -][A-Z][A-Za-z]*)* \d+(?:\.\d+)?[A-Z]?(?![\d,.]*\d)"
            r"(?! ?(?:%|percent|per cent|million|billion|trillion|thousand|[万亿千百兆倍个年天家]|"
            r"[kMGT]W|[kMGT]Wh|years|months|bn|mn|tn))",
            0,
        ),
        # 5G, 910C, 3D, 4K: a figure with a letter that is no unit.
        (r"(?<![A-Za-z0-9.$€£¥])\d+(?:\.\d+)?[A-Z](?![A-Za-z0-9]| ?(?:参数|parameters|tokens))", 0),
        (r"\b\d+(?:st|nd|rd|th)\b", re.IGNORECASE),
        (rf"\b(?:{_LEADING}) ?\d+(?:\.\d+)*\b(?! ?%)", re.IGNORECASE),
        (r"第[ ]?[\d零一二三四五六七八九十百千两]+(?:[大次级代届轮条个位名章节阶梯]|部分)?", 0),
        (r"(?:工业|版本|网络|系列|型号)[ ]?\d+(?:\.\d+)*", 0),
        (r"24/7|(?<!\d)9/11(?!\d)", 0),
        (r"(?<![\d.])\d{1,2}(?:[、)]|\.(?!\d))(?=[^\d%])", 0),  # 1) or 2、 at the head of a point
        (r"[\d零一二三四五六七八九十]+[号楼](?!文)", 0),
    )
)


def name_spans(text: str) -> list[tuple[int, int]]:
    """Find where names and ordinals stand.

    Examples
    --------
    >>> text = "H100、910C和Llama 4是第三代5G产品,占30%"
    >>> [text[start:end] for start, end in name_spans(text)]
    ['H100', 'Llama 4', '910C', '5G', '第三代']
    """
    return [found.span() for pattern in PATTERNS for found in pattern.finditer(text)]
