// Write the posts of the folder IN to OUT as gray-matter dumps them: MODULES IN OUT.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, , modules, from, to] = process.argv;
const matter = createRequire(`${modules}/`)("gray-matter");
for (const name of readdirSync(from)) {
  const { content, data } = matter(readFileSync(`${from}/${name}`, "utf-8"));
  writeFileSync(`${to}/${name}`, matter.stringify(content, data));
}
