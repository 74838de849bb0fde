"""Paths of the checkout, the test data and the source document."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
FIXTURES = TESTS / "fixtures"
ATTACKS = TESTS / "attacks"
SEEDS = ROOT.parent / "shared" / "seeds"
STARTUP = TESTS / "support" / "startup"
"""Folder of ``sitecustomize.py``."""
