// Print the first column of each row of a statement, with Node's own SQLite.
import { DatabaseSync } from "node:sqlite";

const [, , file, statement] = process.argv;
const database = new DatabaseSync(file, { readOnly: true });
for (const row of database.prepare(statement).all()) console.log(Object.values(row)[0]);
