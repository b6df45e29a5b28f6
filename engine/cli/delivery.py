"""Hands a report over: to standard output in the shape asked for, and to a folder."""

import sys
from dataclasses import replace
from pathlib import Path

import orjson
from rich.console import Console

from plainterms.engine.audit import Request
from plainterms.engine.findings import rfc3339
from plainterms.engine.report.html import html
from plainterms.engine.report.jsonl import findings_lines, summary
from plainterms.engine.report.model import Report
from plainterms.engine.report.terminal import print_report

WRITTEN = (
    ("report.html", "the report, to be read and printed"),
    ("findings.jsonl", "the findings, one JSON object a line"),
    ("event-ids.jsonl", "the ids of all events behind each finding"),
    ("summary.json", "inputs, digests and counts"),
    ("audit.json", "what was asked, for `plainterms explain`"),
)
