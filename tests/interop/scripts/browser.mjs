// Print what a browser shows of pages, [name, URL] pairs given by stdin, as JSON lines: MODULES BROWSER PROGRAM.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , modules, name, program] = process.argv;
const loaded = await import(pathToFileURL(createRequire(`${modules}/`).resolve("puppeteer-core")));
const puppeteer = loaded.default ?? loaded;
const browser = await puppeteer.launch({
  browser: name,
  executablePath: program,
  args: name === "chrome" ? ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"] : [],
  // Requests to other hosts go to a closed port.
  extraPrefsFirefox: {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
    "intl.accept_languages": "zh-CN",
  },
});
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

for (const [title, url] of JSON.parse(readFileSync(0, "utf-8"))) {
  const page = await browser.newPage();
  await page.setViewport({ width: 360, height: 740 });
  const source = await (await fetch(url)).text();
  const pictures = new Set([...source.matchAll(/<img[^>]*\ssrc="([^"]*)"/g)].map(([, src]) => src.replaceAll("&amp;", "&")));
  const errors = [];
  const foreign = [];
  // A picture of another host, which cannot be reached here, is an error of the network.
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(`${error}`));
  page.on("request", (request) => {
    const { protocol, hostname, href } = new URL(request.url());
    if (protocol.startsWith("http") && hostname !== "127.0.0.1" && !pictures.has(href)) foreign.push(href);
  });
  await page.goto(url, { waitUntil: "load", timeout: 120000 });
  let text = "";
  for (let round = 0; round < 60; round += 1) {
    const shown = await page.evaluate(() => document.body.innerText);
    if (shown === text && shown) break;
    text = shown;
    await wait(1000);
  }
  const overflow = await page.evaluate(
    () => document.scrollingElement.scrollWidth - document.documentElement.clientWidth);
  // Browsers do not agree on whether options and charts are text.
  text = await page.evaluate(() => {
    document.querySelectorAll("select, datalist, svg").forEach((element) => element.remove());
    return document.body.innerText;
  });
  console.log(JSON.stringify({ title, errors, foreign, overflow, text }));
  await page.close();
}
await browser.close();
