"""The project's settings: which hosts are named, whether the rest can be meant, and that no guard is off."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.settings import BaseSettings

from finews_crawler.config.model import HOST_SETTINGS, check_configuration, host_of
from finews_crawler.exceptions import ConfigurationError
from finews_crawler.operate.doctor.check import CheckResult, ok, warn
from finews_crawler.operate.doctor.host_checks import root_of
from finews_crawler.sources import CHANNELS

REST = "settings"
NUMBERS = ("DOWNLOAD_TIMEOUT", "CLOSESPIDER_TIMEOUT")
"""Of Scrapy's settings, those that are read here."""
GUARDS = {
    "ROBOTSTXT_OBEY": (True, "upstream owes us nothing"),
    "DOWNLOAD_VERIFY_CERTIFICATES": (True, "anybody on the way could write the archive"),
    "REMOTE_CONTROL_ENABLED": (False, "a local server would execute code"),
    "TELNETCONSOLE_ENABLED": (False, "a local server would execute code"),
}


def check_settings(settings: BaseSettings) -> Iterator[CheckResult]:
    """A line for each host setting, one for the contact, one for each guard that is off, and one for the rest."""
    for name in HOST_SETTINGS:
        yield check_host_setting(name, settings[name])
    contact = settings["FINEWS_CONTACT"]
    yield ok("FINEWS_CONTACT", contact or "not set; with an address or a page upstream could reach whoever runs this")
    yield from check_guards(settings)
    yield check_rest(settings)


def check_host_setting(name: str, address: str) -> CheckResult:
    """Whether a setting names a host. A name and a password in it are not shown.

    >>> check_host_setting("FINEWS_MARKET_URL", "").text
    'not set, and `scrapy crawl channel` asks it for market:37, market:38, market:39: export FINEWS_MARKET_URL=http://HOST'
    >>> check_host_setting("FINEWS_SHARE_URL", "finews.zning.xyz").is_ok
    False
    """
    advice = f"export {name}=http://HOST"
    if not address:
        channels = ", ".join(channel.name for channel in CHANNELS.values() if channel.host_setting == name)
        asking = f"`scrapy crawl channel` asks it for {channels}" if channels else "crawls ask it"
        return warn(name, f"not set, and {asking}", advice)
    if host_of(address) is None:
        return warn(name, f"{address!r} is no http address", advice)
    return ok(name, root_of(address))


def check_guards(settings: BaseSettings) -> Iterator[CheckResult]:
    """A line for each guard that is not as this project sets it."""
    for name, (is_wanted, why) in GUARDS.items():
        try:
            is_on = settings.getbool(name)
        except ValueError:
            yield warn(name, f"{settings[name]!r} is neither 1 nor 0", "leave it unset")
            continue
        if is_on is not is_wanted:
            state, advice = ("off", "on") if is_wanted else ("on", "off")
            yield warn(name, f"{state}, and {why}", f"leave it {advice}")


def check_rest(settings: BaseSettings) -> CheckResult:
    """Whether the settings can be meant, as every command checks them before anything else."""
    try:
        check_configuration(settings)
        for name in NUMBERS:
            number_of(name, settings)
    except ConfigurationError as error:
        return warn(REST, str(error), "hosts and data are looked at once it is put right")
    return ok(REST, "all can be meant")


def number_of(name: str, settings: BaseSettings) -> float:
    """The value of one of Scrapy's own settings. Raises ConfigurationError."""
    try:
        return settings.getfloat(name)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"{name}={settings[name]!r} is no number") from error
