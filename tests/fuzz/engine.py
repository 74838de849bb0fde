"""One engine on one surface, in a process of its own: ``python -m tests.fuzz.engine ENGINE SURFACE SECONDS FOLDER``.

``engine.py replay SURFACE FILE`` runs one input without an engine.
"""

from __future__ import annotations

import faulthandler
import json
import os
import random
import sys
import time
from pathlib import Path

SECONDS_TO_DIE = 120
A_BATCH = 200
LONGEST = 20_000
INSTRUMENTED_IS_SLOWER = 5


def by_hypothesis(surface: str, seconds: float, folder: Path) -> None:
    """Run batches of new examples until the time is over; Hypothesis shrinks the findings of a batch."""
    from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

    from tests.fuzz.mutations import inputs
    from tests.fuzz.watch import TookTooLong, Watch, kind_of

    watch, known, strategy = Watch(surface, folder), set[str](), inputs(surface)
    over = time.monotonic() + seconds

    @settings(
        max_examples=A_BATCH,
        database=None,
        deadline=None,
        derandomize=False,
        verbosity=Verbosity.quiet,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(strategy)
    def check(data: bytes) -> None:
        if time.monotonic() > over:
            return
        error = watch.try_one(data)
        if error and kind_of(error) not in known and not isinstance(error, TookTooLong):
            raise error

    while time.monotonic() < over:
        try:
            seed(random.getrandbits(64))(check)()
        except Exception:  # noqa: BLE001 (the watch has kept it)
            known |= watch.found.keys()
    report(watch, folder)


def by_atheris(surface: str, seconds: float, folder: Path) -> None:
    """Run libFuzzer, guided by the lines of the package that an input reaches. It never returns."""
    import atheris

    with atheris.instrument_imports(include=["finews_crawler"]):
        from tests.fuzz import surfaces  # noqa: F401 (this first import is what instruments)
    from tests.fuzz.mutations import TOKENS
    from tests.fuzz.payloads import seeds
    from tests.fuzz.watch import SECONDS, Watch

    watch = Watch(surface, folder, SECONDS * INSTRUMENTED_IS_SLOWER)
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, data in enumerate(seeds(surface)):
        (corpus / f"seed-{number}").write_bytes(data)
    words = (token.encode("utf-8", "surrogatepass") for token in TOKENS if len(token) < 60)
    lines = ['"' + "".join(f"\\x{byte:02x}" for byte in word) + '"' for word in words if word]
    (folder / "words").write_text("\n".join(lines), encoding="ascii")
    over = time.monotonic() + seconds

    def check(data: bytes) -> None:
        watch.try_one(data)
        if time.monotonic() > over:
            report(watch, folder)
            os._exit(0)

    options = [f"-dict={folder / 'words'}", f"-max_len={LONGEST}", "-rss_limit_mb=4096", f"-timeout={SECONDS_TO_DIE}"]
    atheris.Setup([sys.argv[0], *options, "-verbosity=0", str(corpus)], check)
    atheris.Fuzz()


def report(watch: object, folder: Path) -> None:
    """Write the result for the parent process."""
    told = {name: getattr(watch, name) for name in ("executions", "found", "slowest", "sample")}
    (folder / "report.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "current.bin").unlink()


def replay(surface: str, path: str) -> None:
    import tempfile

    from tests.fuzz.watch import Watch

    with tempfile.TemporaryDirectory() as folder:
        error = Watch(surface, Path(folder)).try_one(Path(path).read_bytes())
    if error:
        raise SystemExit(f"{type(error).__name__}: {str(error)[:300]}")


if __name__ == "__main__":
    faulthandler.enable()
    name, surface, *rest = sys.argv[1:]
    if name == "replay":
        replay(surface, *rest)
    else:
        engine = {"hypothesis": by_hypothesis, "atheris": by_atheris}[name]
        engine(surface, float(rest[0]), Path(rest[1]))
