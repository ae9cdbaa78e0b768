"""A small body of rules for tests of the machinery, told apart from the law that ships."""

from __future__ import annotations

from typing import Any

import yaml

from tradewind.controls import Regime
from tradewind.controls.reading import read_round
from tradewind.scenario.yaml_source import Source

ROUND = """
id: test-round
title: Rules for tests
jurisdiction: US
citation: made up
published: "2020-01-01"
seen: judgement
rules:
  - {id: big, kind: paragraph, title: Big, paragraph: B.a, effective: "2020-01-01",
     when: {kind: accelerator, any: [{total_processing_performance: {at_least: 4800}},
            {total_processing_performance: {at_least: 1600}, performance_density: {at_least: 6}}]}}
  - {id: middle, kind: paragraph, title: Middle, paragraph: B.b, effective: "2020-01-01",
     when: {kind: accelerator, total_processing_performance: {at_least: 2400, below: 4800}}}
  - {id: here, kind: requirement, title: To D:5, paragraphs: [B.a, B.b], effective: "2020-01-01",
     when: {destination: ["D:5", "macau", "-RU"]}}
  - {id: users, kind: requirement, title: Users of D:5, paragraphs: [B.a], beside: [here],
     policy: denial, effective: "2020-06-01", until: "2021-06-01",
     when: {destination: ["all", "-D:5"], headquarters: "D:5"}}
  - {id: letter, kind: requirement, title: A letter, policy: presumption_of_denial,
     effective: "2020-03-01", when: {item: h20, destination: CN}}
  - {id: mild, kind: review, title: Mild, policy: case_by_case, of: [here],
     effective: "2020-09-01", when: {certifications: [tested, known]}}
  - {id: milder, kind: review, title: Milder, policy: presumption_of_approval, of: [here],
     quota: [cap], beyond: denial, effective: "2021-01-01", when: {certifications: tested}}
  - {id: notice, kind: exception, title: Notice, policy: exception_with_notification, lifts: [here],
     paragraphs: [B.b], effective: "2020-01-01"}
  - {id: small, kind: exception, title: Small, policy: exception, lifts: [here, users],
     quota: [small-cap], effective: "2021-01-01", when: {certifications: small}}
  - {id: cap, kind: quota, title: A cap, per: [destination], amount: 100000,
     period: {from: "2021-01-01", to: "2022-12-31"}, effective: "2020-01-01"}
  - {id: small-cap, kind: quota, title: A small cap, per: [consignee], amount: 20000,
     period: calendar_year, effective: "2020-01-01"}
  - {id: share, kind: quota, title: A share, per: [company], share_of_company: 0.25,
     period: calendar_year, effective: "2020-01-01"}
  - {id: member, kind: exception, title: Members, policy: exception, lifts: [here],
     quota: [share], effective: "2021-01-01", when: {certifications: member}}
  - {id: toll, kind: duty, title: Toll, rate_percent: 25, effective: "2021-01-01",
     when: {destination: CN, memory_bandwidth_gb_s: {above: 4500, below: 5000}}}
  - {id: gate, kind: requirement, title: A gate, policy: denial, side: import,
     effective: "2021-01-01", when: {item: h20, destination: CN}}
"""


def small_round() -> dict[str, Any]:
    """The round as plain data, to be changed by a test."""
    data: dict[str, Any] = yaml.safe_load(ROUND)
    return data


def small_regime(data: dict[str, Any] | None = None) -> Regime:
    """The rules of the round as a regime."""
    read = read_round(data or small_round(), Source("test.yaml"))
    return Regime(read.completed(), "test", Source("test.yaml"))
