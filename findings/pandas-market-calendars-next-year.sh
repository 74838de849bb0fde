#!/bin/sh
# A good guess: pandas_market_calendars has Shanghai's calendar as XSHG from exchange_calendars, "mirrored", and so
# knows of it what that library knows: holidays as far as they are announced, and an error for a day after them.
# What happens: exchange_calendars refuses a day after its bound ("holidays are only recorded to the year 2026"). The
# mirror takes its list of holidays without the bound: from 2027 each weekday is a session, those of Spring Festival and
# the National Day too, 261 in the year. The package's own calendar of the same exchange, SSE, has 246. Until 2026 both
# are the same in each year, so that a test over past days finds no difference.
# Why it matters here: articles are counted and joined by trading day. After a new year, before the package is updated,
# a feed that pauses for Spring Festival looks as if it were broken on five trading days. Coverage here takes the days
# off from `holidays`, and its report says for which years they are not announced.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pandas_market_calendars==5.5.0 exchange_calendars==4.13.2 \
    pandas==3.1.1
cat > "$folder/sessions.py" <<'PY'
from importlib.metadata import version

import exchange_calendars
import pandas_market_calendars

HOLIDAYS = ("2027-02-08", "2027-10-01")  # Spring Festival is from the 6th of February on; the National Day


def sessions(name: str, year: int) -> list[str]:
    days = pandas_market_calendars.get_calendar(name).valid_days(f"{year}-01-01", f"{year}-12-31")
    return [str(day.date()) for day in days]


def refusal() -> str:
    try:
        exchange_calendars.get_calendar("XSHG", start="2026-01-01", end="2027-12-31")
    except ValueError as error:
        return str(error)
    return ""


names = ("pandas_market_calendars", "exchange_calendars")
print(", ".join(f"{name} {version(name)}" for name in names))
print("exchange_calendars, XSHG in 2027:", refusal() or "a calendar")
for year in (2024, 2025, 2026):
    assert sessions("XSHG", year) == sessions("SSE", year), "the calendars differ in past years, too"
mirror, own = sessions("XSHG", 2027), sessions("SSE", 2027)
print(f"pandas_market_calendars in 2027: XSHG has {len(mirror)} sessions, SSE {len(own)};", end=" ")
print("sessions of XSHG on holidays:", *(day for day in HOLIDAYS if day in mirror))
assert "only recorded to the year 2026" in refusal(), "exchange_calendars knows 2027 now"
assert len(mirror) == 261 and len(own) == 246, "the behaviour has changed"
assert all(day in mirror and day not in own for day in HOLIDAYS)
PY
"$folder/venv/bin/python" "$folder/sessions.py"
