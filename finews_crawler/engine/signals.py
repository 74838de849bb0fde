"""Signals that cost little when nothing receives them, as most of those that Scrapy sends for each request."""

from __future__ import annotations

import asyncio
import logging
from inspect import CO_VARKEYWORDS
from types import FunctionType
from typing import TYPE_CHECKING

from pydispatch import dispatcher
from pydispatch.robustapply import robustApply
from scrapy.exceptions import StopDownload
from scrapy.signalmanager import SignalManager
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from typing import Any

logger = logging.getLogger("scrapy.utils.signal")


class Signals(SignalManager):
    """Scrapy's manager, which looks for receivers in four places, and inspects each one whenever it sends a signal."""

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
        if "sender" in kwargs or ("dont_log" in kwargs and self._has_receiver(signal)):
            return super().send_catch_log(signal, **kwargs)
        named = {"signal": signal, "sender": self.sender, **kwargs}
        return [(receiver, _sent_at_once(receiver, named)) for receiver in self._receivers_of(signal)]

    async def send_catch_log_async(self, signal: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Send *signal* as Scrapy does, with a task only for what a receiver returns to be awaited."""
        self._wake(signal)
        if "dont_log" in kwargs or "sender" in kwargs:
            return await super().send_catch_log_async(signal, **kwargs)
        # As with Scrapy, one that another receiver disconnects meanwhile is called too, unlike above.
        receivers = list(self._receivers_of(signal))
        if not receivers:
            return []
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
            return _call(receiver, named)
        except Exception as error:  # noqa: BLE001 (as Scrapy)
            return _logged(error, receiver, named)

    async def _finished(self, receiver: Callable[..., Any], result: Awaitable[Any], named: dict[str, Any]) -> Any:
        try:
            return await ensure_awaitable(result, _warn=global_object_name(receiver))
        except Exception as error:  # noqa: BLE001 (as Scrapy)
            return _logged(error, receiver, named)

    def _has_receiver(self, signal: Any) -> bool:
        return next(self._receivers_of(signal), None) is not None

    def _receivers_of(self, signal: Any) -> Iterator[Callable[..., Any]]:
        """Yield the receivers that are connected to *signal*, by this manager or with pydispatch alone, each once.

        As with Scrapy, one that a receiver before it disconnects is not yielded, and one that it connects is. There, a
        receiver that disconnects itself also hides the next one.
        """
        yielded: list[Callable[..., Any]] = []
        for sender in (self.sender, dispatcher.Any):
            connected = dispatcher.connections.get(id(sender))
            for key in (signal, dispatcher.Any) if connected else ():
                references = connected.get(key, ())
                position = 0
                while position < len(references):
                    reference = references[position]
                    receiver = reference() if isinstance(reference, dispatcher.WEAKREF_TYPES) else reference
                    if receiver is not None and receiver not in yielded:
                        yielded.append(receiver)
                        yield receiver
                    is_there = position < len(references) and references[position] is reference
                    position = position + 1 if is_there else 0  # from the first again: some may have moved


def _call(receiver: Callable[..., Any], named: dict[str, Any]) -> Any:
    """Call a receiver with those of the arguments that it takes, as ``robustApply`` does.

    Nothing of a receiver is kept, which would keep one alive that only a weak reference connects.
    """
    function = getattr(receiver, "__func__", receiver)
    if not isinstance(function, FunctionType):
        return robustApply(receiver, **named)
    code = function.__code__
    if code.co_flags & CO_VARKEYWORDS:
        return receiver(**named)
    first = 0 if function is receiver else 1  # after ``self``
    taken = code.co_varnames[first : code.co_argcount]
    return receiver(**{name: named[name] for name in taken if name in named})


def _sent_at_once(receiver: Callable[..., Any], named: dict[str, Any]) -> Any:
    """Return the result of a receiver, or its exception as a Failure, as Scrapy's function does."""
    try:
        result = _call(receiver, named)
    except StopDownload:
        return Failure()  # type: ignore[no-untyped-call]
    except Exception as error:  # noqa: BLE001 (as Scrapy)
        _logged(error, receiver, named)
        return Failure()  # type: ignore[no-untyped-call]
    if isinstance(result, Deferred):
        message = "Cannot return deferreds from signal handler: %(receiver)s"
        logger.error(message, {"receiver": receiver}, extra={"spider": named.get("spider")})
    return result


def _logged(error: Exception, receiver: object, named: dict[str, Any]) -> Exception:
    message = "Error caught on signal handler: %(receiver)s"
    logger.error(message, {"receiver": receiver}, exc_info=error, extra={"spider": named.get("spider")})
    return error
