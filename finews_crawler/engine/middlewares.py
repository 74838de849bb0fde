"""Downloader middlewares and item pipelines, without a coroutine for each call of a method that needs none."""

from __future__ import annotations

from types import CoroutineType
from typing import TYPE_CHECKING

from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.exceptions import _InvalidOutput
from scrapy.http import Request, Response
from scrapy.pipelines import ItemPipelineManager
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any, Self


class DirectMiddlewares(DownloaderMiddlewareManager):
    """Scrapy's manager, which awaits the result of each method whether it can be awaited or not."""

    @classmethod
    def of(cls, manager: DownloaderMiddlewareManager) -> Self:
        """Return a manager of the same middlewares."""
        return cls(*manager.middlewares, crawler=manager.crawler)

    async def _process_request(
        self, request: Request, download_func: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> Response | Request:
        if self._mw_methods_requiring_spider:  # deprecated
            return await super()._process_request(request, download_func)
        for method in self.methods["process_request"]:
            assert method is not None  # noqa: S101 (as Scrapy)
            result = method(request=request)
            if result is not None and (result := await _settled(result, method)) is not None:
                return _checked(result, method)
        return await download_func(request)

    async def _process_response(self, response: Response | Request, request: Request) -> Response | Request:
        if self._mw_methods_requiring_spider:  # deprecated
            return await super()._process_response(response, request)
        for method in self.methods["process_response"] if not isinstance(response, Request) else ():
            assert method is not None  # noqa: S101 (as Scrapy)
            result = method(request=request, response=response)
            response = result if result is response else _checked(await _settled(result, method), method)
            if isinstance(response, Request):
                break
        return response


class DirectPipelines(ItemPipelineManager):
    """Scrapy's manager, with the same change (``ITEM_PROCESSOR``)."""

    async def process_item_async(self, item: Any) -> Any:
        if self._mw_methods_requiring_spider:  # deprecated
            return await super().process_item_async(item)
        for method in self.methods["process_item"]:
            assert method is not None  # noqa: S101 (as Scrapy)
            item = method(item)
            if hasattr(item, "__await__"):
                item = await _settled(item, method)
        return item


async def _settled(result: Any, method: Callable[..., Any]) -> Any:
    if isinstance(result, CoroutineType):
        return await result
    return await ensure_awaitable(result, _warn=global_object_name(method))


def _checked(result: Any, method: Callable[..., Any]) -> Response | Request:
    if not isinstance(result, (Response, Request)):
        name = global_object_name(method)
        raise _InvalidOutput(f"Middleware {name} must return Response or Request, got {type(result)}")
    return result
