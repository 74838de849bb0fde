// Print the examples of the specification of CommonMark as JSON.
import { createRequire } from "node:module";

const { tests } = createRequire(`${process.argv[2]}/`)("commonmark-spec");
console.log(JSON.stringify(tests.map(({ markdown, html, number }) => ({ markdown, html, number }))));
