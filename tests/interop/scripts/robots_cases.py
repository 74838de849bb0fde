"""Print what the tests of a robots.txt parser expect, as JSON lines: robots.txt, agent, URL, whether it is allowed.

PACKAGE and the folder of its source distribution. Two parsers of the sources call themselves while their own tests run:
what they return is what is expected, once all tests have passed. The third has tables.
"""

import importlib
import json
import sys
import types
import unittest
from pathlib import Path

package, source = sys.argv[1], Path(sys.argv[2])


def gpyrobotstxt():
    from gpyrobotstxt.robots_cc import RobotsMatcher

    cases, allowed = [], RobotsMatcher.one_agent_allowed_by_robots

    def recording(self, text, agent, url):
        cases.append((text, agent, url, allowed(self, text, agent, url)))
        return cases[-1][3]

    RobotsMatcher.one_agent_allowed_by_robots = recording
    sys.path.insert(0, str(source / "test"))
    suite = unittest.defaultTestLoader.loadTestsFromName("test_google_only_system")
    assert unittest.TextTestRunner(stream=sys.stderr).run(suite).wasSuccessful()
    return cases


def protego():
    import pytest
    from protego import Protego

    cases, parse, can_fetch = [], Protego.parse.__func__, Protego.can_fetch

    def parsing(cls, content):
        rules = parse(cls, content)
        rules._content = content
        return rules

    def recording(self, url, agent):
        cases.append((self._content, agent, url, can_fetch(self, url, agent)))
        return cases[-1][3]

    Protego.parse, Protego.can_fetch = classmethod(parsing), recording
    names = [str(source / "tests" / f"test_{name}.py") for name in ("protego", "on_google_spec")]
    sys.stdout = sys.stderr
    assert pytest.main(["-q", "-p", "no:cacheprovider", *names]) == 0
    sys.stdout = sys.__stdout__
    return cases


def robotspy():
    # The names that its tables import are not in the source distribution.
    core = types.ModuleType("tests.core")
    core.FOOBOT_AGENT, core.DEFAULT_AGENT, core.ALLOWED, core.DISALLOWED = "FooBot", "DefaultBot", True, False
    sys.path.insert(0, str(source))
    sys.modules["tests.core"] = core
    sys.modules["tests"] = tests = types.ModuleType("tests")
    tests.__path__ = [str(source / "tests")]
    for name in ("google", "google_correctness", "google_stress", "robots", "robotparser"):
        module = importlib.import_module(f"tests.test_{name}")
        for test in vars(module).values():
            for mark in getattr(test, "pytestmark", []):
                if mark.args[0] == "robots_txt,agent,path,allowed":
                    yield from mark.args[1]


for case in {"gpyrobotstxt": gpyrobotstxt, "protego": protego, "robotspy": robotspy}[package]():
    print(json.dumps(list(case)))
