// Print the articles of Parquet files as hyparquet reads them.
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

const days = new Set(["day"]);
const shown = (name, value) =>
  typeof value === "bigint" ? Number(value) : days.has(name) && value ? value.slice(0, 10) : value;

for (const path of process.argv.slice(2)) {
  const file = await asyncBufferFromFile(path);
  for (const record of await parquetReadObjects({ file, compressors })) console.log(JSON.stringify(record, shown));
}
