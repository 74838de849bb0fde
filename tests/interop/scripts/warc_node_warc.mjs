// Print the records of WARC files as node-warc reads them.
import { createHash } from "node:crypto";
import nodeWarc from "node-warc";

const fieldOf = (record, name) => record.warcHeader[name] ?? "";

// At the end of a file, Node reports that its stream calls back twice; the file before has been printed.
process.on("uncaughtException", (error) => {
  if (error.code !== "ERR_MULTIPLE_CALLBACK") throw error;
});

for (const path of process.argv.slice(2)) {
  for await (const record of new nodeWarc.AutoWARCParser(path)) {
    const type = fieldOf(record, "WARC-Type");
    console.log(JSON.stringify({
      info_code: fieldOf(record, "WARC-Record-ID"),
      Type: type,
      "Target-URI": fieldOf(record, "WARC-Target-URI"),
      Date: fieldOf(record, "WARC-Date"),
      "Refers-To": fieldOf(record, "WARC-Refers-To"),
      status: type === "response" || type === "revisit" ? Number(record.httpInfo.statusCode) : null,
      payload: createHash("sha256").update(record.content ?? "").digest("hex"),
    }));
  }
}
