// Print the rows of a CSV file as Papa Parse reads them.
import { readFileSync } from "node:fs";
import papa from "papaparse";

const { data, errors } = papa.parse(readFileSync(process.argv[2], "utf8"), { header: true, skipEmptyLines: true });
if (errors.length) throw new Error(JSON.stringify(errors[0]));
for (const row of data) console.log(JSON.stringify(row));
