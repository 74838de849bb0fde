// Print the first column of each row of a statement, with sql.js.
import { readFileSync } from "node:fs";
import initialise from "sql.js";

const [, , file, statement] = process.argv;
const { Database } = await initialise();
const [result] = new Database(readFileSync(file)).exec(statement);
for (const [value] of result?.values ?? []) console.log(value);
