// Print the rows of a CSV file as csv-parse reads them.
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";

for (const row of parse(readFileSync(process.argv[2]), { columns: true })) console.log(JSON.stringify(row));
