"""Atom: what the feed libraries of Ruby and Perl have of our feeds."""

from __future__ import annotations

from functools import partial

from tests.interop.cells import Checks, Outcome, in_version, with_help
from tests.interop.environments import SCRIPTS, program, run, with_extension
from tests.interop.feeds import compare_feeds
from tests.interop.material import Material
from tests.interop.readers.feeds import SOURCES, WITHOUT_SELF

CHECKS = Checks()


def by_ruby(urls: list[str]) -> str:
    ruby = with_extension("ruby", "ruby", "ruby-rubygems", "-e", 'require "rss"')
    return run(ruby, SCRIPTS / "feeds.rb", *urls)


def by_perl(of_characters: int, urls: list[str]) -> str:
    perl = with_extension("perl", "perl", "libxml-feed-perl", "-MXML::Feed", "-e", "1")
    return run(perl, SCRIPTS / "feeds.pl", f"{of_characters}", *urls)


def register(source: str) -> None:
    output, entries, patterns, written = SOURCES[source]
    fields = [field for field in written if field in WITHOUT_SELF]

    @CHECKS.add(f"{source}-ruby", output, "Ruby, rss")
    def ruby(material: Material, _: str) -> Outcome:
        found = compare_feeds(entries(material), patterns, by_ruby, fields)
        return in_version(run(program("ruby", "ruby"), "-rrss", "-e", "print RSS::VERSION"), found)

    @CHECKS.add(f"{source}-perl", output, "Perl, XML::Feed")
    def perl(material: Material, _: str) -> Outcome:
        def read(of_characters: int) -> Outcome:
            return compare_feeds(entries(material), patterns, partial(by_perl, of_characters), fields)

        note = "`$XML::Atom::ForceUnicode = 1`: it has titles and names as bytes"
        found = with_help(read(0), lambda: read(1), note)
        return in_version(run(program("perl", "perl"), "-MXML::Feed", "-e", "print $XML::Feed::VERSION"), found)


for source in SOURCES:
    register(source)
