// Print the posts of a folder as gray-matter and markdown-it read them, as JSON lines.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, , folder, modules] = process.argv;
const require = createRequire(`${modules}/`);
const matter = require("gray-matter");
const markdown = require("markdown-it")({ html: true });
for (const name of readdirSync(folder)) {
  const { data, content } = matter(readFileSync(`${folder}/${name}`, "utf-8"));
  console.log(JSON.stringify({
    name,
    title: data.title,
    published_at: new Date(data.date).toISOString(),
    slug: data.categories,
    tag: data.tags,
    html: markdown.render(content),
  }));
}
