"""Every FINEWS_ setting, declared once: name, type, default and meaning.

To add a setting, add a field to the section that it belongs to. Its name in upper case after ``FINEWS_`` is the name in
the environment and for ``-s``. The table of docs/configuration.md is generated from the fields: run ``python -m
finews_crawler.config.reference``. The sources declare the settings that name their hosts (``Source.hosts``).
"""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path

from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.config.declaration import PREFIX, Section, setting
from finews_crawler.config.deploy_targets import S3Place, rsync_destination, s3_place
from finews_crawler.config.host_meanings import host_meaning
from finews_crawler.config.poll_intervals import poll_intervals
from finews_crawler.config.urls import endpoint_url, host_url, picture_hosts, public_url, redis_url, secret_url
from finews_crawler.config.values import (
    Network,
    absolute_path,
    feed_path,
    header_text,
    key_prefix,
    mail_address,
    metrics_path,
    networks,
    non_negative_number,
    optional,
    positive_number,
    required,
    whole_number,
)
from finews_crawler.sources import HOST_DEFAULTS

MEGABYTE = 1_000_000
MOST_DAYS = 36_500
MOST_LOG_FILES = 1000
MOST_LOG_MEGABYTES = 1e15
SECONDS_OF_A_DAY = 86_400

seconds = non_negative_number("seconds")
days = optional(whole_number(MOST_DAYS, unit="days"), None)
optional_path = optional(Path, None)


class CrawlConfig(Section):
    """Sources and politeness."""

    channel_minutes: dict[str, timedelta] = setting(
        "",
        poll_intervals,
        "minutes between two polls of each channel, for a cron line that runs more often: "
        "`fast=5,columns=30,market=60` (`columns:345=10` for one column); a channel that is not named is polled by "
        "every run",
    )
    replay: str = setting(
        "",
        str,
        "WARC files, of `FINEWS_WARC_DIR` or of others, or folders of them, separated by commas: a crawl takes all "
        "responses from them, none from the network; needs the extra `warc`",
        is_path=True,
        is_list=True,
    )
    contact: str = setting(
        "", header_text, "an e-mail address or URL where site operators can reach you; added to the User-Agent"
    )
    backoff_seconds: float = setting(
        "1",
        seconds,
        "seconds to wait after a host answers 429 or a server error; doubled each time that it does so again",
    )
    longest_wait: float = setting(
        "300",
        seconds,
        "longest wait in seconds that a host may request (Retry-After, Crawl-delay); a host that requests more gets no "
        "further requests in that run",
    )
    allowed_networks: tuple[Network, ...] = setting(
        "",
        networks,
        "private networks that a host's name may resolve to: `192.168.0.0/16,10.1.2.3`; not needed for a host given by "
        "its address, or for `localhost`",
    )

    image_hosts: tuple[str, ...] = setting(
        "",
        picture_hosts,
        "hosts from which `finews images` takes the pictures of articles: `dfscdn.dfcfw.com,http://127.0.0.1:8000`; "
        "none: it takes no pictures",
    )

    def user_agent(self, name: str) -> str:
        """Return the User-Agent: a name, such as Scrapy's setting USER_AGENT, and the contact.

        >>> CrawlConfig(contact="news@example.org").user_agent("finews_crawler/0.1 (archive)")
        'finews_crawler/0.1 (archive; news@example.org)'
        """
        if not self.contact:
            return name
        return f"{name[:-1]}; {self.contact})" if name.endswith(")") else f"{name} ({self.contact})"


class ArchiveConfig(Section):
    """Output: data directory, posts, recording, summary."""

    data_dir: str = setting("data", required, "data directory of the archive", is_path=True)
    post_share_url: str = setting(
        "http://finews.zning.xyz", public_url, "URL of the share site in posts, whatever host the crawl goes through"
    )
    post_archive_url: str = setting("//finews.withounder.com", public_url, "URL of the archive in posts")
    lock_wait: float = setting(
        "0", seconds, "seconds that a run waits for another run on the same data directory to end"
    )
    warc_dir: Path | None = setting(
        "",
        optional_path,
        "folder that receives every request and response, in one WARC file a day; needs the extra `warc`",
        is_path=True,
    )
    summary_file: Path | None = setting("", optional_path, "file that receives the run's summary as JSON", is_path=True)
    progress_seconds: float = setting(
        "60",
        positive_number("seconds", most=math.inf),
        "seconds between two log lines about progress, on anything but a terminal; `inf`: none",
    )

    @property
    def data_directory(self) -> DataDirectory:
        return DataDirectory(Path(self.data_dir))

    @property
    def post_urls(self) -> PostUrls:
        return PostUrls(share_url=self.post_share_url.rstrip("/"), archive_url=self.post_archive_url.rstrip("/"))


class RetentionConfig(Section):
    """Retention: days that ``finews prune`` keeps; nothing set is for ever."""

    keep_revisions_days: int | None = setting(
        "", days, "days that `finews prune` keeps revisions of articles; none: for ever"
    )
    keep_rejected_days: int | None = setting("", days, "days that `finews prune` keeps lines of `rejected.jsonl`")
    keep_samples_days: int | None = setting("", days, "days that `finews prune` keeps files of `samples/`")
    keep_posts_days: int | None = setting(
        "", days, "days that `finews prune` keeps posts in the site; older ones move to `old_post/`, as with `retire`"
    )
    keep_runs_days: int | None = setting(
        "", days, "days that `finews prune` keeps rows of runs; the last run of each spider stays"
    )
    keep_logs_days: int | None = setting(
        "", days, "days that `finews prune` keeps rotated log files, within the number of `FINEWS_LOG_KEEP`"
    )


class AlertConfig(Section):
    """Notifiers, and thresholds of the monitors."""

    alarm_mail: str = setting(
        "", optional(mail_address, ""), "address that alerts are mailed to, through the local `sendmail`"
    )
    sendmail: str = setting("/usr/sbin/sendmail", absolute_path, "path of that program")
    alarm_webhook: str = setting("", optional(secret_url, ""), "URL that alerts are posted to, as JSON", is_secret=True)
    alarm_command: str = setting("", str, "shell command that gets the same JSON on its standard input", is_secret=True)
    alarm_feed_file: Path | None = setting(
        "", optional(feed_path, None), "Atom feed, ending in `.atom` or `.xml`, of the alerts", is_path=True
    )
    metrics_file: Path | None = setting(
        "",
        optional(metrics_path, None),
        "file ending in `.prom` for the textfile collector of node_exporter",
        is_path=True,
    )
    quiet_hours: float = setting(
        "",
        optional(non_negative_number("hours"), 0.0),
        "hours for which a silent channel is no alert, whatever its baseline",
    )
    disk_free_mb: float = setting(
        "500", non_negative_number("megabytes"), "megabytes on the disk of the data directory; less is an alert"
    )

    @property
    def has_notifiers(self) -> bool:
        """True if alerts are reported anywhere but in the log."""
        outputs = (self.alarm_mail, self.alarm_webhook, self.alarm_command, self.alarm_feed_file, self.metrics_file)
        return any(outputs)


class LogConfig(Section):
    """The log file, and its rotation."""

    log_file: Path | None = setting("", optional_path, "file that receives the log as JSON lines", is_path=True)
    log_max_mb: float = setting(
        "10",
        positive_number("megabytes", most=MOST_LOG_MEGABYTES),
        "largest size of that file in megabytes, before it is rotated",
    )
    log_keep: int = setting("5", whole_number(MOST_LOG_FILES, unit="files"), "number of rotated log files to keep")

    @property
    def log_max_bytes(self) -> int:
        return max(1, int(self.log_max_mb * MEGABYTE))


class ClusterConfig(Section):
    """The queue through which workers fetch the articles of a crawl."""

    cluster: str = setting(
        "",
        optional(redis_url, ""),
        "URL of a Redis server (`redis://`, or `rediss://` for TLS): a crawl leaves the articles to `finews worker`, "
        "on any number of machines; needs the extra `cluster`",
        is_secret=True,
    )
    cluster_prefix: str = setting(
        "finews", key_prefix, "beginning of the keys on that server; archives that share a server need one each"
    )
    cluster_lease: float = setting(
        "60",
        positive_number("seconds", most=SECONDS_OF_A_DAY),
        "seconds after which the articles of a worker that is silent are fetched by another",
    )


class DeployConfig(Section):
    """Where ``finews deploy`` publishes the built site."""

    deploy_rsync: str = setting(
        "",
        optional(rsync_destination, ""),
        "where `finews deploy rsync` publishes the site: `news@www.example.org:/srv/www/news`, `rsync://HOST/MODULE`, "
        "or an absolute path",
    )
    deploy_s3: S3Place | None = setting(
        "",
        optional(s3_place, None),
        "bucket to which `finews deploy s3` publishes the site: `s3://news`, `s3://news/folder`; needs the extra `s3`",
    )
    deploy_s3_endpoint: str = setting(
        "", optional(endpoint_url, ""), "URL of the server of that bucket, unless it is Amazon's"
    )


class Config(DeployConfig, ClusterConfig, LogConfig, AlertConfig, RetentionConfig, ArchiveConfig, CrawlConfig):
    """All settings but the hosts, which ``CONFIG`` adds."""

    @property
    def hosts(self) -> dict[str, str]:
        """URLs of the hosts of all sources, by the name of the setting; '' if it is not set.

        >>> CONFIG(share_url="http://127.0.0.1:8000").hosts["FINEWS_SHARE_URL"]
        'http://127.0.0.1:8000'
        """
        return {name: getattr(self, field) for field, name in HOST_FIELDS.items()}


HOST_SETTINGS = tuple(HOST_DEFAULTS)
"""Names of the settings that name hosts."""
HOST_FIELDS = {name.removeprefix(PREFIX).lower(): name for name in HOST_SETTINGS}
CONFIG: type[Config] = type(
    "CONFIG",
    (Config,),
    {field: setting(HOST_DEFAULTS[name], host_url, host_meaning(name)) for field, name in HOST_FIELDS.items()},
)
"""The complete model. Host URLs are plain text: a spider checks the ones that it needs."""
