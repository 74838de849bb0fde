"""What Chromium shows of bodies, rendered in a frame where scripts do not run."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from itertools import islice

from tests.fuzz.visible import Visible, characters_of
from tests.support.browser import Reader, start_browser

BATCH = 50
SHOWN = r"""(bodies) => {
  const frame = document.createElement('iframe');
  frame.sandbox = 'allow-same-origin';
  document.body.append(frame);
  const host = frame.contentDocument.createElement('div');
  frame.contentDocument.body.append(host);
  // <form name="body"> would replace document.body.
  const bodyOf = Object.getOwnPropertyDescriptor(Document.prototype, 'body').get;
  const seen = bodies.map((html) => {
    const body = bodyOf.call(new DOMParser().parseFromString('<!doctype html><body>' + html, 'text/html'));
    // What acts on the page as a whole, and what innerText has of an <option> although it is not shown.
    const rest = `style, link, meta, base, script, template, iframe, frame, noembed, noframes, audio, video, embed,
      selectedcontent`;
    for (const element of [...body.querySelectorAll(rest)]) element.remove();
    for (const element of body.querySelectorAll('object')) element.removeAttribute('data');
    // innerText has everything in an unclosed <option>, shown or not.
    for (const element of [...body.querySelectorAll('option')]) {
      const span = document.createElement('span');
      span.append(...element.childNodes);
      element.replaceWith(span);
    }
    // Mark-up in an unclosed one is no text to authors.
    for (const element of body.querySelectorAll('xmp, plaintext')) {
      const inside = bodyOf.call(new DOMParser().parseFromString(element.textContent, 'text/html'));
      for (const hidden of [...inside.querySelectorAll(rest)]) hidden.remove();
      element.textContent = inside.textContent;
    }
    host.replaceChildren(...body.childNodes);
    const shown = (selector) => [...host.querySelectorAll(selector)].filter((element) => element.checkVisibility());
    return [
      host.innerText,
      shown('img').filter((image) => /^\s*(https?:)?\/\/\S/i.test(image.getAttribute('src') ?? '')).length,
      shown('table td, table th').length,
    ];
  });
  frame.remove();
  return seen;
}"""


def shown_by_chromium(bodies: Iterable[str]) -> Generator[Visible, None, None]:
    """Yield what Chromium shows of each body."""
    with start_browser() as browser, Reader.opening(browser, answer_images=False) as reader:
        reader.page.set_content("<!doctype html><title>bodies</title><body>")
        waiting = iter(bodies)
        while batch := list(islice(waiting, BATCH)):
            sent = [body.encode("utf-8", "ignore").decode() for body in batch]
            for text, pictures, cells in reader.page.evaluate(SHOWN, sent):
                yield Visible(characters_of(text), pictures, cells)
