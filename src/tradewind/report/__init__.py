"""What a run says: tables, figures, one self-contained HTML file, the terminal.

Everything here is a pure function of a run's outputs (an :class:`xarray.Dataset`); nothing is
computed twice, nothing is fetched. The rooms:

- ``contract``: what the outputs must hold before anything is said about them;
- ``tables``: labelled numbers in full precision;
- ``language`` and ``numbers``: words in English and Chinese, and rounding, at the edge only;
- ``figures``: map, ranking, heat map and flows as inline SVG and HTML;
- ``html``, ``compare``, ``terminal``: the three places where a reader meets a run;
- ``chokepoints_*``: the same rooms (contract, tables, words, page, terminal) for the answer of
  ``tradewind chokepoints``;
- ``years_*``: the same for a run over the years, with ``compared`` for what it is set beside, and
  ``story`` and ``paragraphs`` for what is said of it.
"""
