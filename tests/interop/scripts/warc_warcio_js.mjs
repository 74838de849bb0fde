// Print the records of WARC files as warcio.js reads them.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { WARCParser } from "warcio";

for (const path of process.argv.slice(2)) {
  const parser = new WARCParser(createReadStream(path), { keepHeadersCase: false });
  for await (const record of parser) {
    const body = await record.readFully(false);
    const isAnswer = ["response", "revisit"].includes(record.warcType);
    console.log(JSON.stringify({
      info_code: record.warcHeader("WARC-Record-ID"),
      Type: record.warcType,
      "Target-URI": record.warcTargetURI ?? "",
      Date: record.warcHeader("WARC-Date"),
      "Refers-To": record.warcHeader("WARC-Refers-To") ?? "",
      status: isAnswer ? record.httpHeaders.statusCode : null,
      payload: createHash("sha256").update(body).digest("hex"),
    }));
  }
}
