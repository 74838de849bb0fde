// Print the samples of a file that parse-prometheus-text-format parses, as JSON lines.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const loaded = createRequire(`${process.argv[3]}/`)("parse-prometheus-text-format");
const parse = loaded.default ?? loaded;
for (const family of parse(readFileSync(process.argv[2], "utf-8"))) {
  for (const { labels, value } of family.metrics) {
    console.log(JSON.stringify([{ ...labels, __name__: family.name }, value]));
  }
}
