"""Print the times at which crontab lines start, from 2026-11-19 on: MODULE and JSON of pairs of fields and a number."""

import json
import sys
from datetime import UTC, datetime, timedelta

BEFORE = datetime(2026, 11, 19, tzinfo=UTC) - timedelta(seconds=1)


def croniter(fields):
    import croniter as module

    return module.croniter(fields, BEFORE, ret_type=datetime)


def cronsim(fields):
    import cronsim as module

    return module.CronSim(fields, BEFORE)


for fields, number in json.loads(sys.argv[2]):
    times = {"croniter": croniter, "cronsim": cronsim}[sys.argv[1]](fields)
    print(json.dumps([fields, [next(times).isoformat() for _ in range(number)]]))
