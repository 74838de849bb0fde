// Print the first column of each row of a statement, with better-sqlite3.
import Database from "better-sqlite3";

const [, , file, statement] = process.argv;
for (const value of new Database(file, { readonly: true }).prepare(statement).pluck().all()) console.log(value);
