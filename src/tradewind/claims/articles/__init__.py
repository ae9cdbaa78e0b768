"""Articles in: what an article says in numbers, as a table to review and never as fact.

``read_article`` takes a file as found on the web, ``clean`` strips its noise, and every quantity
comes out with its unit, its date and who is said to have said it, beside the variable of the world
it may speak of.
"""

from __future__ import annotations

from tradewind.claims.articles.cleaning import Cleaned, clean
from tradewind.claims.articles.quantities import Quantity
from tradewind.claims.articles.read import Article, read_article
from tradewind.claims.articles.source import read_text

__all__ = ["Article", "Cleaned", "Quantity", "clean", "read_article", "read_text"]
