// Print the records of WARC files as npm's warc reads them; it hands on the whole block.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import WARCStream from "warc";

for (const path of process.argv.slice(2)) {
  for await (const record of createReadStream(path).pipe(createGunzip()).pipe(new WARCStream())) {
    const fields = record.headers;
    console.log(JSON.stringify({
      info_code: fields["WARC-Record-ID"],
      Type: fields["WARC-Type"],
      "Target-URI": fields["WARC-Target-URI"] ?? "",
      Date: fields["WARC-Date"],
      "Refers-To": fields["WARC-Refers-To"] ?? "",
      block: createHash("sha256").update(record.content).digest("hex"),
    }));
  }
}
