"""Print the sitemaps that a parser finds in robots.txt, and how many URLs it allows: PARSER, and JSON by stdin."""

import json
import sys

AGENT = "ExampleBot"
given = json.load(sys.stdin)


def protego(text):
    from protego import Protego

    rules = Protego.parse(text)
    return list(rules.sitemaps), lambda url: rules.can_fetch(url, AGENT)


def urllib(text):
    from urllib.robotparser import RobotFileParser

    rules = RobotFileParser(given["url"])
    rules.parse(text.splitlines())
    return rules.site_maps(), lambda url: rules.can_fetch(AGENT, url)


def robotspy(text):
    import robots

    rules = robots.RobotsParser.from_string(text)
    return list(rules.sitemaps), lambda url: rules.can_fetch(AGENT, url)


def robotexclusionrulesparser(text):
    import robotexclusionrulesparser as module

    rules = module.RobotExclusionRulesParser()
    rules.parse(text)
    return rules.sitemaps, lambda url: rules.is_allowed(AGENT, url)


parsers = {
    "protego": protego,
    "urllib": urllib,
    "robotspy": robotspy,
    "robotexclusionrulesparser": robotexclusionrulesparser,
}
sitemaps, allows = parsers[sys.argv[1]](given["text"])
print(json.dumps([sitemaps, sum(map(allows, given["urls"]))]))
