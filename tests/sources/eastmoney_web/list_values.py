"""Strategies for the responses of today's lists."""

from __future__ import annotations

import codecs
from typing import Any

from hypothesis import strategies as st

CODE = "202205182383638060"
ROW_KEYS = (
    *("code", "title", "showTime", "summary", "mediaName", "uniqueUrl", "realSort", "newsid", "id", "infoCode"),
    *("digest", "showtime", "updateTime", "url_w", "Art_Code", "Art_Title", "Art_ShowTime", "Art_MediaName", "Art_Url"),
)

bodies = st.binary() | st.binary().map(lambda body: codecs.BOM_UTF16_LE + body) | st.text().map(str.encode)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.just(CODE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*ROW_KEYS, "x"]), inner, max_size=5),
    max_leaves=6,
)
rows = values | st.dictionaries(st.sampled_from(ROW_KEYS), values, max_size=5)


def envelopes(list_key: str) -> st.SearchStrategy[Any]:
    """Return a strategy for ``{"code": …, "data": {list_key: […], …}}`` with any values."""
    numbers = ("page_index", "page_size", "totle_hits", "sortEnd")
    data = st.fixed_dictionaries(
        {list_key: values | st.lists(rows, max_size=4)}, optional=dict.fromkeys(numbers, values)
    )
    return st.fixed_dictionaries({"data": data | values}, optional={"code": values, "message": values})
