// Print the sitemaps that robots-parser finds, and how many URLs it allows: MODULES, and JSON by stdin.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const given = JSON.parse(readFileSync(0, "utf-8"));
const rules = createRequire(`${process.argv[2]}/`)("robots-parser")(given.url, given.text);
console.log(JSON.stringify([rules.getSitemaps(), given.urls.filter((url) => rules.isAllowed(url, "ExampleBot")).length]));
