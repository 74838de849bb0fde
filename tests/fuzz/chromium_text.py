"""Text that Chromium shows of bodies, rendered in a frame where scripts do not run."""

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
  const parsed = (html) => bodyOf.call(new DOMParser().parseFromString('<!doctype html><body>' + html, 'text/html'));
  const literal = {plaintext: 'div', textarea: 'span', xmp: 'div'};
  const asSpan = (element, ...content) => {
    const span = document.createElement('span');
    span.hidden = element.hasAttribute('hidden');
    span.style.cssText = element.getAttribute('style') ?? '';
    span.append(...content);
    return span;
  };
  // See _without_unclosed in visible.py.
  const withoutUnclosed = (html) => {
    const element = [...parsed(html).querySelectorAll(Object.keys(literal))].at(-1);
    if (!element?.textContent.includes('<')) return '';
    const probe = document.createElement(element.localName);
    for (const tag of html.matchAll(new RegExp(`<${element.localName}(?=[\\s/>])`, 'gi'))) {
      const after = html.slice(tag.index + tag[0].length);
      for (const end of [...after.matchAll(/>\n?/g)].slice(0, 50)) {
        const rest = after.slice(end.index + end[0].length);
        probe.innerHTML = rest;
        if (rest.includes('<') && probe.textContent === element.textContent)
          return `${html.slice(0, tag.index)}<${literal[element.localName]}${after}`;
      }
    }
    return '';
  };
  const seen = bodies.map((html) => {
    html = html.replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd');
    for (let opened = html; opened; opened = withoutUnclosed(html)) html = opened;
    const body = parsed(html);
    // What acts on the page as a whole, and what innerText has of an <option> although it is not shown.
    const rest = `style, link, meta, base, script, template, iframe, frame, noembed, noframes, audio, video, embed,
      selectedcontent`;
    for (const element of [...body.querySelectorAll(rest)]) element.remove();
    for (const element of body.querySelectorAll('object')) element.removeAttribute('data');
    // innerText has everything in an unclosed <option>, shown or not.
    for (const option of [...body.querySelectorAll('option')]) option.replaceWith(asSpan(option, ...option.childNodes));
    // Mark-up in one that is closed may be what its author meant. innerText has nothing of a <textarea>.
    for (const element of [...body.querySelectorAll('xmp, plaintext, textarea')]) {
      const inside = parsed(element.textContent);
      for (const hidden of [...inside.querySelectorAll(`title, ${rest}`)]) hidden.remove();
      element.replaceWith(asSpan(element, inside.textContent));
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
