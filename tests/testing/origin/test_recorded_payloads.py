from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from finews_crawler.exceptions import PayloadFolderError
from finews_crawler.testing.origin.recorded_payloads import load_payloads
from finews_crawler.testing.origin.server import running_origin
from finews_crawler.utils.timezone import BEIJING
from tests.support.http_client import fetch

CODE = "NW202205182383638060"
RECORDED = {
    "infoCode": CODE,
    "title": "云栖储能签约长沙",
    "showtime": "2022-05-18 16:48:06",
    "from": "华龙网-新重庆客户端",
    "text": "<p>\u3000\u3000云栖储能签约长沙。</p>",
}
MEDIA = "/web/webapi?type=45&count=100&newsid=1"
ROLLING = "/web/webapi?type=102&count=100&newsid=1"


def record(folder: Path, name: str, value: object) -> bytes:
    body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False, indent=1).encode()
    (folder / name).write_bytes(body)
    return body


def test_a_recording_is_served_byte_for_byte_and_listed_first(tmp_path: Path) -> None:
    body = record(tmp_path, "one.json", RECORDED)
    with running_origin(20, payloads=tmp_path) as origin:
        assert fetch(f"{origin.url}/NewsData/GetNewsText.do?id={CODE}").body == body
        first = fetch(origin.url + MEDIA).json["nodeList"][0]
        assert (first["infocode"], first["title"]) == (CODE, RECORDED["title"])
        assert first["showtime"] == RECORDED["showtime"]
        assert first["from"] == RECORDED["from"]
        assert CODE not in fetch(origin.url + ROLLING).text
        assert len(origin.articles) == 21


def test_a_recording_is_published_at_its_own_time(tmp_path: Path) -> None:
    record(tmp_path, "one.json", RECORDED)
    with running_origin(60, payloads=tmp_path, clock=lambda: datetime(2022, 5, 20, tzinfo=BEIJING)) as origin:
        assert [row["infocode"] for row in fetch(origin.url + MEDIA).json["nodeList"]] == [CODE]


def test_a_recording_is_rendered_on_the_archive(tmp_path: Path) -> None:
    record(tmp_path, "one.json", RECORDED)
    with running_origin(0, payloads=tmp_path) as origin:
        path = f"/hualongwangxinzhongqingkehuduan/2022/05/18/{CODE}.html"
        assert path in fetch(f"{origin.url}/category/hualongwangxinzhongqingkehuduan.html").text
        assert "<p>云栖储能签约长沙。</p>" in fetch(origin.url + path).text


def test_a_recording_without_an_outlet_is_rolling_too(tmp_path: Path) -> None:
    record(tmp_path, "one.json", {**RECORDED, "from": ""})
    with running_origin(0, payloads=tmp_path) as origin:
        assert fetch(origin.url + ROLLING).json["records"][0]["infoCode"] == CODE
        assert fetch(origin.url + MEDIA).json["nodeList"][0]["from"] == ""
        assert fetch(f"{origin.url}/emnews/2022/05/18/{CODE[2:]}.html").status == 200


@pytest.mark.parametrize("key", ["infoCode", "infocode", "code", "id"])
def test_every_known_key_may_contain_the_info_code(tmp_path: Path, key: str) -> None:
    record(tmp_path, "one.json", {key: CODE[2:]})
    assert list(load_payloads(tmp_path).answers) == [CODE]


@pytest.mark.parametrize("missing", ["title", "showtime"])
def test_a_recording_without_title_or_time_is_served_but_not_listed(tmp_path: Path, missing: str) -> None:
    record(tmp_path, "one.json", {**RECORDED, missing: ""})
    payloads = load_payloads(tmp_path)
    assert (list(payloads.answers), payloads.articles) == ([CODE], [])


BROKEN = {
    "truncated": b'{"title": "A", "text": "<p>',
    "gbk": '{"title": "长江"}'.encode("gbk"),
    "brackets": b"[" * 50_000,
    "list": b"[1, 2]",
    "nothing": b"",
    "nul": b"\x00" * 40,
    "number": b"9" * 9000,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_an_invalid_recording_is_listed_under_its_file_name(tmp_path: Path, body: bytes) -> None:
    record(tmp_path, f"{CODE}.json", body)
    with running_origin(0, payloads=tmp_path) as origin:
        assert fetch(f"{origin.url}/NewsData/GetNewsText.do?id={CODE}").body == body
        (row,) = fetch(origin.url + MEDIA).json["nodeList"]
        assert (row["infocode"], row["title"], row["showtime"]) == (CODE, "(payload)", "2022-05-26 23:59:58")
        assert fetch(f"{origin.url}/").status == 200
        assert fetch(f"{origin.url}/emnews/2022/05/26/{CODE[2:]}.html").status == 404


ODD = {
    "surrogate": {**RECORDED, "title": "\ud800长"},
    "lists": {**RECORDED, "title": ["a", 1], "from": {"b": None}, "text": ["<p>"], "content": 3},
    "numbers": {**RECORDED, "title": 7, "showtime": 1652863686, "from": 1.5},
    "deep": {**RECORDED, "title": json.loads("[" * 200 + "]" * 200)},
    "controls": {**RECORDED, "title": "\x00\x1b\n\u2028", "from": "../../etc/\x00passwd"},
    "liquid": {**RECORDED, "text": "{% raw %}<script>alert(1)</script>", "from": "</section>"},
    "bad code": {**RECORDED, "infoCode": "../../etc/passwd"},
}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_odd_values_pass_through_every_surface(tmp_path: Path, value: dict[str, object]) -> None:
    (tmp_path / f"{CODE}.json").write_text(json.dumps(value))
    with running_origin(3, payloads=tmp_path) as origin:
        row = fetch(origin.url + MEDIA).json["nodeList"][0]
        assert row["infocode"] == CODE
        assert row["title"] == str(value["title"])
        assert row["showtime"] == str(value["showtime"])
        for path in ("/", "/feed.xml", "/category/emnews.html", f"/NewsData/GetNewsText.do?id={CODE}"):
            assert fetch(origin.url + path).status == 200


def test_a_recording_without_an_info_code_is_skipped_with_a_message(tmp_path: Path) -> None:
    record(tmp_path, "broken.json", b"{")
    record(tmp_path, "nameless.bin", {"title": "A"})
    record(tmp_path, "notes.txt", b"not a recording")
    (tmp_path / "folder.json").mkdir()
    payloads = load_payloads(tmp_path)
    assert not payloads.answers
    assert [Path(complaint.split()[1]).name for complaint in payloads.complaints] == [
        "broken.json",
        "folder.json",
        "nameless.bin",
    ]


def test_of_two_recordings_of_one_article_the_first_is_served(tmp_path: Path) -> None:
    first = record(tmp_path, "1.json", RECORDED)
    record(tmp_path, "2.json", {**RECORDED, "title": "B"})
    payloads = load_payloads(tmp_path)
    assert payloads.answers == {CODE: first}
    assert "2.json skipped" in payloads.complaints[0]


def test_an_error_names_the_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(PayloadFolderError, match="nowhere"):
        load_payloads(tmp_path / "nowhere")
