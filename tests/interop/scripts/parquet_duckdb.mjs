// Print the articles of Parquet files as DuckDB reads them in Node.
import { DuckDBInstance } from "@duckdb/node-api";

const connection = await (await DuckDBInstance.create(":memory:")).connect();
for (const path of process.argv.slice(2)) {
  const reader = await connection.runAndReadAll(`SELECT * FROM '${path}'`);
  for (const record of reader.getRowObjectsJson()) {
    record.origins = record.origins.map(({ key, value }) => [key, value]);
    record.origins = Object.fromEntries(record.origins);
    for (const name of ["revision", "change"]) record[name] &&= Number(record[name]);
    for (const ticker of record.tickers) if (ticker.position !== null) ticker.position = Number(ticker.position);
    for (const image of record.images)
      for (const name of ["width", "height"]) if (image[name] !== null) image[name] = Number(image[name]);
    console.log(JSON.stringify(record));
  }
}
