"""Words of a Chinese sentence, by jieba's dictionary (Sun Junyi, MIT licence).

The dictionary is read into a segmenter of our own: jieba's usual start writes to stderr and keeps
a cache in the system's folder for temporary files, where others could change it.
"""

from __future__ import annotations

import logging
import warnings
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

NUMERALS = frozenset("零〇一二两三四五六七八九十百千万亿兆廿卅数几点半多余来第分之")
MEASURES = frozenset(
    "个颗枚片台辆家人名位座条项种套款艘架部件份户所张只支根处起批笔块年月日天周时次元成倍度番国届轮代级"
)


@cache
def segmenter() -> Any:
    """Load jieba's dictionary, once, without a word."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jieba = import_module("jieba")
    logging.getLogger("jieba").handlers.clear()
    made = jieba.Tokenizer()
    made.FREQ, made.total = made.gen_pfdict(made.get_dict_file())
    made.initialized = True
    return made


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[tuple[str, int, int], ...]:
    """Split a text into words, each with its bounds; unknown ones fall into single signs.

    Examples
    --------
    >>> [word for word, _, _ in words("一方面十分关键")]
    ['一方面', '十分', '关键']
    """
    return tuple(segmenter().tokenize(text, HMM=False))


def odd_words(text: str) -> list[tuple[int, int]]:
    """Where a numeral sign is part of a word that is no numeral: 一方面, 万一, 三峡, 统一.

    Examples
    --------
    >>> text = "一方面三十年统一了四分之一"
    >>> [text[start:end] for start, end in odd_words(text)]
    ['一方面', '统一']
    """
    if not NUMERALS & set(text):
        return []
    return [
        (start, end)
        for word, start, end in words(text)
        if len(word) > 1
        and NUMERALS & set(word)
        and not set(word) <= NUMERALS | MEASURES | set("钟岁吨米瓦欧美日韩港英")
    ]
