// Fetch the URLs of a file, and write them with warcio.js.
import { createWriteStream, readFileSync } from "node:fs";
import { WARCRecord, WARCSerializer } from "warcio";

const [urls, out] = process.argv.slice(2);
const file = createWriteStream(out);
const write = async (record) => file.write(await WARCSerializer.serialize(record, { gzip: true }));
await write(await WARCRecord.createWARCInfo({ filename: "fetched.warc.gz", warcVersion: "WARC/1.1" }, { software: "warcio.js" }));
for (const url of readFileSync(urls, "utf-8").trim().split("\n")) {
  const response = await fetch(url);
  const httpHeaders = Object.fromEntries(response.headers);
  delete httpHeaders["content-encoding"];
  delete httpHeaders["transfer-encoding"];
  const body = new Uint8Array(await response.arrayBuffer());
  const settings = {
    url, date: new Date().toISOString(), type: "response", warcVersion: "WARC/1.1", httpHeaders,
    statusline: `HTTP/1.1 ${response.status} ${response.statusText}`,
  };
  await write(await WARCRecord.create(settings, (async function* () { yield body; })()));
}
file.end();
