// Print the times at which crontab lines start, from 2026-11-19 on: JSON of pairs of fields and a number, and MODULES.
import { createRequire } from "node:module";

const module = createRequire(`${process.argv[3]}/`)("cron-parser");
const parse = module.parseExpression ?? ((fields, options) => module.CronExpressionParser.parse(fields, options));
for (const [fields, number] of JSON.parse(process.argv[2])) {
  const times = parse(fields, { currentDate: new Date("2026-11-18T23:59:59Z"), tz: "UTC" });
  const found = Array.from({ length: number }, () => times.next().toISOString().replace(".000Z", "+00:00"));
  console.log(JSON.stringify([fields, found]));
}
