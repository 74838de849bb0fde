"""Signals that cost little when nothing receives them, as most of those that Scrapy sends for each request."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from pydispatch import dispatcher
from pydispatch.robustapply import robustApply
from scrapy.signalmanager import SignalManager
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

logger = logging.getLogger("scrapy.utils.signal")


class Signals(SignalManager):
    """Scrapy's manager, which looks for receivers in four places before it finds that there are none."""

    def __init__(self, sender: Any = dispatcher.Anonymous) -> None:
        super().__init__(sender)
        self._awaited: dict[Any, list[asyncio.Future[None]]] = {}

    async def wait_for(self, signal: Any) -> None:
        """Wait for the next *signal*. A spider does so for most requests, and Scrapy connects a receiver each time."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awaited.setdefault(signal, []).append(future)
        await future

    def send_catch_log(self, signal: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        self._wake(signal)
        has_receivers = "sender" in kwargs or self._has_receivers(signal)
        return super().send_catch_log(signal, **kwargs) if has_receivers else []

    async def send_catch_log_async(self, signal: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Send *signal* as Scrapy does, with a task only for what a receiver returns to be awaited."""
        self._wake(signal)
        if "dont_log" in kwargs or "sender" in kwargs:
            return await super().send_catch_log_async(signal, **kwargs)
        if not self._has_receivers(signal):
            return []
        receivers = list(dispatcher.liveReceivers(dispatcher.getAllReceivers(self.sender, signal)))
        named = {"signal": signal, "sender": self.sender, **kwargs}
        results = [self._sent(receiver, named) for receiver in receivers]
        awaited = {index: result for index, result in enumerate(results) if hasattr(result, "__await__")}
        if awaited:
            finished = await asyncio.gather(
                *(self._finished(receivers[index], result, named) for index, result in awaited.items())
            )
            for index, result in zip(awaited, finished, strict=True):
                results[index] = result
        return list(zip(receivers, results, strict=True))

    def _wake(self, signal: Any) -> None:
        for future in self._awaited.pop(signal, ()) if self._awaited else ():
            if not future.done():
                future.set_result(None)

    def _sent(self, receiver: Callable[..., Any], named: dict[str, Any]) -> Any:
        """Return the result of a receiver, or its exception, which is logged."""
        try:
            return robustApply(receiver, **named)
        except Exception as error:  # noqa: BLE001 (as Scrapy)
            return _logged(error, receiver, named)

    async def _finished(self, receiver: Callable[..., Any], result: Awaitable[Any], named: dict[str, Any]) -> Any:
        try:
            return await ensure_awaitable(result, _warn=global_object_name(receiver))
        except Exception as error:  # noqa: BLE001 (as Scrapy)
            return _logged(error, receiver, named)

    def _has_receivers(self, signal: Any) -> bool:
        """Return False if no receiver is connected to *signal*, by this manager or with pydispatch alone."""
        for sender in (self.sender, dispatcher.Any):
            connected = dispatcher.connections.get(id(sender))
            if connected and (signal in connected or dispatcher.Any in connected):
                return True
        return False


def _logged(error: Exception, receiver: object, named: dict[str, Any]) -> Exception:
    message = "Error caught on signal handler: %(receiver)s"
    logger.error(message, {"receiver": receiver}, exc_info=error, extra={"spider": named.get("spider")})
    return error
