// Print the first column of each row of a statement, with node-sqlite3-wasm.
import sqlite from "node-sqlite3-wasm";

const [, , file, statement] = process.argv;
const database = new sqlite.Database(file, { readOnly: true });
for (const row of database.all(statement)) console.log(Object.values(row)[0]);
database.close();
