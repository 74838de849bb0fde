// Enhancements that CSS cannot provide. The pages are readable without them.

// Hides an image that fails to load, together with its paragraph if that has nothing else.
function hideImage(image) {
  image.hidden = true;
  const holder = image.closest("p, center, figure");
  if (holder && !holder.textContent.trim() && !holder.querySelector("img:not([hidden]), table")) {
    holder.hidden = true;
  }
}

// Images that this site has itself, by the address that the article gives them. They are for when that one fails.
const copies = document.querySelector("body > main > section > footer > script#images");
const ours = new Map(copies ? Object.entries(JSON.parse(copies.textContent)) : []);

function replaceImage(image) {
  const copy = ours.get(image.getAttribute("src")) ?? ours.get(image.src);
  if (copy) image.src = copy; // if that fails too, it has no copy
  else hideImage(image);
}

// Errors of images do not bubble, so listen in the capture phase.
document.addEventListener("error", (event) => {
  if (event.target instanceof HTMLImageElement) replaceImage(event.target);
}, true);
// Images that failed before this script ran. An image that is still loading is not complete.
for (const image of document.querySelectorAll(".post img")) {
  if (image.complete && image.naturalWidth === 0) replaceImage(image);
}

// A table that is wider than the screen scrolls: by the arrow keys too, if it can have the focus.
const tables = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const table of document.querySelectorAll(".post table")) tables.observe(table);

// On the 404 page: redirects from the URL of a category page that was moved because another's differs only in case.
function pathname() {
  try {
    return decodeURIComponent(location.pathname);
  } catch (error) {
    if (error instanceof URIError) return location.pathname; // "/100%"
    throw error;
  }
}

// Only links of the page itself: the body of an article could contain such a link.
for (const link of document.querySelectorAll("body > main > section > .moved a")) {
  if (link.dataset.from === pathname() && link.origin === location.origin) location.replace(link.href);
}

// The address of a post has its day, which has a page of its own.
const day = document.querySelector("body > main > section > p > #day");
const dated = /\/(\d{4})\/(\d{2})\/(\d{2})\/[^/]*$/.exec(pathname());
if (day && dated) {
  const link = day.querySelector("a");
  link.href += `${dated[1]}/${dated[2]}/${dated[3]}.html`;
  link.textContent = dated.slice(1).join("-");
  day.hidden = false;
}

// Lists in which one finds as one types. Without this script they are read from top to bottom.
const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

function showMatches(rows, text, status) {
  const wanted = fold(text);
  let shown = 0;
  for (const row of rows) {
    row.hidden = !fold(row.querySelector("a").textContent).includes(wanted);
    if (!row.hidden) shown += 1;
  }
  status.textContent = wanted ? `${shown} 个` : "";
}

// All tickers instead of those on the page, once someone types.
async function allRows(field, list) {
  const response = await fetch(field.dataset.all);
  if (!response.ok) return list.children;
  list.replaceChildren(...(await response.json()).map(([symbol, name, posts, url]) => {
    const row = document.createElement("li");
    const link = document.createElement("a");
    link.href = field.dataset.all.replace("/tickers/all.json", url);
    link.textContent = `${symbol} ${name}`.trim();
    const count = document.createElement("small");
    count.textContent = `${posts} 篇`;
    row.append(link, " ", count);
    return row;
  }));
  return list.children;
}

for (const field of document.querySelectorAll("body > main > section > .find > [data-find]")) {
  const list = document.getElementById(field.dataset.find);
  const status = field.parentElement.querySelector("[role=status]");
  const asFound = [...list.children];
  let all = null;
  field.parentElement.hidden = false; // in pages of an earlier theme that were edited
  field.addEventListener("input", async () => {
    if (field.dataset.all && !field.value.trim()) {
      all = null;
      list.replaceChildren(...asFound);
    } else if (field.dataset.all) {
      all ??= allRows(field, list).catch(() => list.children);
    }
    showMatches([...(await (all ?? list.children))], field.value, status);
  });
}

// A day by outlet.
for (const field of document.querySelectorAll("body > main > section > .find [data-filter]")) {
  const posts = [...document.querySelectorAll(`#${field.dataset.filter} li`)];
  const counts = new Map();
  for (const post of posts) {
    const medium = post.querySelector(".by").textContent;
    counts.set(medium, (counts.get(medium) ?? 0) + 1);
  }
  const media = [...counts].sort(([, one], [, other]) => other - one);
  field.append(...media.map(([medium, count]) => new Option(`${medium}（${count}）`, medium)));
  field.closest(".find").hidden = false;
  field.addEventListener("change", () => {
    for (const post of posts) {
      post.hidden = field.value !== "" && post.querySelector(".by").textContent !== field.value;
    }
    for (const list of document.querySelectorAll(`#${field.dataset.filter} ul`)) {
      list.hidden = list.previousElementSibling.hidden = !list.querySelector("li:not([hidden])");
    }
  });
}
