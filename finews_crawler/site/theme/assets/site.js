// Enhancements that CSS cannot provide. The pages are readable without them.

// Hides an image that fails to load, together with its paragraph if that has nothing else.
function hideImage(image) {
  image.hidden = true;
  const holder = image.closest("p, center, figure");
  if (holder && !holder.textContent.trim() && !holder.querySelector("img:not([hidden]), table")) {
    holder.hidden = true;
  }
}

// Errors of images do not bubble, so listen in the capture phase.
document.addEventListener("error", (event) => {
  if (event.target instanceof HTMLImageElement) hideImage(event.target);
}, true);
// Images that failed before this script ran. An image that is still loading is not complete.
for (const image of document.querySelectorAll(".post img")) {
  if (image.complete && image.naturalWidth === 0) hideImage(image);
}

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
