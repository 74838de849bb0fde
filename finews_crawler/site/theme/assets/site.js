// What a page cannot do by style alone. Everything here is extra: without it the pages read as well.

// An image that its host refuses or has lost disappears, with the paragraph that held nothing else.
function hideImage(image) {
  image.hidden = true;
  const holder = image.closest("p, center, figure");
  if (holder && !holder.textContent.trim() && !holder.querySelector("img:not([hidden]), table")) {
    holder.hidden = true;
  }
}

// Errors of images do not bubble, but they are met on the way down.
document.addEventListener("error", (event) => {
  if (event.target instanceof HTMLImageElement) hideImage(event.target);
}, true);
// Those that failed before this ran. One that is still loading is not complete.
for (const image of document.querySelectorAll(".post img")) {
  if (image.complete && image.naturalWidth === 0) hideImage(image);
}

// On the page for what is not there: a category whose address differs from another's in case only lies elsewhere.
function pathname() {
  try {
    return decodeURIComponent(location.pathname);
  } catch (error) {
    if (error instanceof URIError) return location.pathname; // "/100%"
    throw error;
  }
}

// Not one in an article: a body could bring such a link along.
for (const link of document.querySelectorAll("body > main > section > .moved a")) {
  if (link.dataset.from === pathname() && link.origin === location.origin) location.replace(link.href);
}
