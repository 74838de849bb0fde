#!/bin/sh
# A good guess: Microsoft's Recognizers-Text reads 2026年上半年, the first half of the year, as it reads "first half of
# 2026" in English, 2026-01-01 to 2026-07-01, since it also reads 第三季度, a quarter. What it does not know it leaves
# out. A span ends after it begins.
# What happens: 上半年 is read as 上 (last) and 年 with 半 passed over: the whole of last year, and 下半年 the whole of the
# next one. 今年上半年, "this year's first half", is last year too, and 2026年上半年 the whole of 2026. 今年前9个月, the first
# nine months of this year, is two spans: all time before this year, and the nine months up to today. 11月20日至22日 ends a
# year before it begins.
# Why it matters here: half a year is what interim reports are about, and the news about them. Each span is a valid one,
# so that figures of this year are filed under last year, without an error. Replace these words by two dates before, as
# 2026年1月1日至2026年6月30日, which is read rightly.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @microsoft/recognizers-text-date-time@1.3.2
cat > read.cjs <<'JS'
const { recognizeDateTime, Culture } = require("@microsoft/recognizers-text-date-time");
const { version } = require("@microsoft/recognizers-text-date-time/package.json");

const NOW = new Date(2026, 10, 20, 10); // 20 November
const SEEN = {
  "上半年": "2025-01-01 to 2026-01-01",
  "公司上半年营业收入同比增长5%": "2025-01-01 to 2026-01-01",
  "今年上半年": "2025-01-01 to 2026-01-01",
  "下半年": "2027-01-01 to 2028-01-01",
  "2026年上半年": "2026-01-01 to 2027-01-01",
  "2026年下半年": "2026-01-01 to 2027-01-01",
  "今年前9个月": "undefined to 2026-01-01, 2026-02-20 to 2026-11-20",
  "11月20日至22日": "2026-11-20 to 2025-11-22",
  "2026年第三季度": "2026-07-01 to 2026-10-01",
  "2026年1月1日至2026年6月30日": "2026-01-01 to 2026-06-30",
  "first half of 2026": "2026-01-01 to 2026-07-01",
};

console.log(`@microsoft/recognizers-text-date-time ${version}, on 2026-11-20`);
for (const [text, expected] of Object.entries(SEEN)) {
  const culture = text.includes("half") ? Culture.English : Culture.Chinese;
  const spans = recognizeDateTime(text, culture, undefined, NOW).map((found) => found.resolution.values[0]);
  const seen = spans.map((span) => `${span.start} to ${span.end}`).join(", ");
  console.log(`${text}: ${seen}`);
  if (seen !== expected) throw new Error("the behaviour has changed");
}
JS
node read.cjs
