"""Where the tests find the checkout, their data, and the source document."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
FIXTURES = TESTS / "fixtures"
ATTACKS = TESTS / "attacks"
SEEDS = ROOT.parent / "shared" / "seeds"
STARTUP = TESTS / "support" / "startup"
"""The folder of ``sitecustomize.py``."""
