// Print the URLs of a site's pages that sitemapper finds: URL MODULES.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , url, modules] = process.argv;
const loaded = await import(pathToFileURL(createRequire(`${modules}/`).resolve("sitemapper")));
const Sitemapper = loaded.default.default ?? loaded.default;
const { sites, errors } = await new Sitemapper({ url: `${url}/sitemap.xml`, timeout: 60000 }).fetch();
if (errors?.length) throw new Error(JSON.stringify(errors));
for (const site of sites) console.log(site);
