// Print the articles of Parquet files as parquet-wasm and apache-arrow read them.
import { readFileSync } from "node:fs";
import { DataType, tableFromIPC } from "apache-arrow";
import { readParquet } from "parquet-wasm/node";

const shown = (_, value) => (typeof value === "bigint" ? Number(value) : value);

for (const path of process.argv.slice(2)) {
  const table = tableFromIPC(readParquet(readFileSync(path)).intoIPCStream());
  for (const row of table) {
    const record = row.toJSON();
    for (const { name, type } of table.schema.fields) {
      if (record[name] === null) continue;
      if (DataType.isTimestamp(type)) record[name] = new Date(Number(record[name])).toISOString();
      if (DataType.isDate(type)) record[name] = new Date(Number(record[name])).toISOString().slice(0, 10);
    }
    console.log(JSON.stringify(record, shown));
  }
}
