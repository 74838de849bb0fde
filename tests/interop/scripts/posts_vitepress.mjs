// Print the posts in FOLDER/posts as VitePress shows them, as JSON lines: FOLDER MODULES.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , folder, modules] = process.argv;
symlinkSync(join(modules, "node_modules"), join(folder, "node_modules"));
writeFileSync(join(folder, "package.json"), '{"type": "module"}');
mkdirSync(join(folder, ".vitepress/theme"), { recursive: true });
writeFileSync(join(folder, ".vitepress/config.mjs"), "export default { ignoreDeadLinks: true, srcDir: '.' };");
const theme = "import { Content } from 'vitepress'; import { h } from 'vue'; export default { Layout: () => h('main', h(Content)) };";
writeFileSync(join(folder, ".vitepress/theme/index.js"), theme);

const home = dirname(createRequire(`${modules}/`).resolve("vitepress/package.json"));
const { build } = await import(pathToFileURL(join(home, "dist/node/index.js")));
const found = [];
console.log = console.info = console.warn = () => {};
await build(folder, {
  logLevel: "silent",
  onAfterConfigResolve(config) {
    config.transformPageData = ({ relativePath, frontmatter }) => {
      found.push({ name: relativePath, ...frontmatter });
    };
  },
});
const seen = new Map(found.map((post) => [post.name, post]));
for (const { name, title, date, categories, tags } of seen.values()) {
  const page = readFileSync(join(folder, ".vitepress/dist", name.replace(/\.md$/, ".html")), "utf-8");
  const html = page.slice(page.indexOf("<main"), page.indexOf("</main>"));
  const published_at = new Date(date).toISOString();
  process.stdout.write(`${JSON.stringify({ name, title, published_at, slug: categories, tag: tags, html })}\n`);
}
