// Print the articles of JSON lines on standard input as Node reads them, line by line.
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(JSON.parse(line)));
