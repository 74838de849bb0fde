"""`engine.signals`: receivers that are connected in any way get a signal, and waiting needs none."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydispatch import dispatcher
from scrapy import signals
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.signalmanager import SignalManager

from finews_crawler.engine.signals import Signals


class Sender:
    pass


def test_a_signal_reaches_receivers_of_it_and_of_all_signals_and_senders() -> None:
    sender, reached = Sender(), []
    manager = Signals(sender)

    def receive(signal: Any) -> None:
        reached.append(signal)

    assert manager.send_catch_log(signals.item_scraped) == []
    for connected_to in ({"signal": signals.item_scraped, "sender": sender}, {"sender": sender}, {}):
        dispatcher.connect(receive, **connected_to)
        results = manager.send_catch_log(signals.item_scraped)
        dispatcher.disconnect(receive, **connected_to)
        assert results == [(receive, None)]
    assert reached == [signals.item_scraped] * 3
    assert manager.send_catch_log(signals.item_scraped) == []


def test_results_and_exceptions_of_receivers_are_in_their_order() -> None:
    manager, error = Signals(Sender()), ValueError("on purpose")

    async def late(item: int) -> int:
        await asyncio.sleep(0)
        return item + 1

    async def late_error() -> None:
        raise error

    def early(**kwargs: Any) -> int:
        return len(kwargs)

    def early_error() -> None:
        raise error

    receivers = [late, early_error, early, late_error]
    for receiver in receivers:
        manager.connect(receiver, signals.item_scraped)
    results = asyncio.run(manager.send_catch_log_async(signals.item_scraped, item=1))
    assert results == list(zip(receivers, [2, error, 3, error], strict=True))


class Callable:
    def __call__(self, item: int) -> tuple[str, int]:
        return "called", item


class Component:
    def receive(self, spider: Any, item: int) -> tuple[Any, int]:
        return spider, item

    def stop(self) -> None:
        raise StopDownload


def test_receivers_get_the_arguments_that_they_take_as_from_scrapy(caplog: pytest.LogCaptureFixture) -> None:
    sender, component, called = Sender(), Component(), Callable()

    def all_named(**kwargs: Any) -> list[str]:
        return sorted(kwargs)

    def error(signal: Any, absent: int = 3) -> None:
        raise ValueError(absent)

    receivers = [component.receive, all_named, error, component.stop, called]
    for receiver in receivers:
        dispatcher.connect(receiver, signals.item_scraped, sender)
    found = []
    for manager in (Signals(sender), SignalManager(sender)):
        results = manager.send_catch_log(signals.item_scraped, item=1, spider=2)
        found.append([(each, repr(getattr(result, "value", result))) for each, result in results])
    assert found[0] == found[1]
    assert [result for _, result in found[0]][:3] == [
        "(2, 1)",
        "['item', 'sender', 'signal', 'spider']",
        "ValueError(3)",
    ]
    assert [record.getMessage() for record in caplog.records] == [f"Error caught on signal handler: {error}"] * 2


def test_a_receiver_that_is_gone_gets_no_signal() -> None:
    manager, component = Signals(Sender()), Component()
    manager.connect(component.receive, signals.item_scraped)
    del component
    assert manager.send_catch_log(signals.item_scraped, item=1) == []


def test_connections_that_receivers_change_during_a_signal_count_as_with_scrapy() -> None:
    sender = Sender()

    def reached_by(manager: SignalManager, *, is_async: bool) -> list[str]:
        reached: list[str] = []

        def first() -> None:
            reached.append("first")
            manager.disconnect(third, signals.item_scraped)
            dispatcher.disconnect(fourth, dispatcher.Any, sender)
            manager.connect(fifth, signals.item_scraped)
            manager.disconnect(sixth, signals.spider_idle)  # of another signal

        def second() -> None:
            reached.append("second")

        def third() -> None:
            reached.append("third")

        def fourth() -> None:
            reached.append("fourth")

        def fifth() -> None:
            reached.append("fifth")

        def sixth() -> None:
            reached.append("sixth")

        for receiver in (first, second, third, sixth):
            manager.connect(receiver, signals.item_scraped)
        dispatcher.connect(fourth, dispatcher.Any, sender)
        manager.connect(sixth, signals.spider_idle)
        if is_async:
            asyncio.run(manager.send_catch_log_async(signals.item_scraped))
        else:
            manager.send_catch_log(signals.item_scraped)
        return reached

    for is_async, expected in (
        (False, ["first", "second", "sixth", "fifth"]),
        (True, ["first", "second", "third", "sixth", "fourth"]),
    ):
        assert reached_by(SignalManager(sender), is_async=is_async) == expected
        assert reached_by(Signals(sender), is_async=is_async) == expected


def test_a_receiver_that_disconnects_itself_hides_no_other() -> None:
    manager, reached = Signals(Sender()), []

    def each() -> None:
        reached.append("each")

    def once() -> None:
        reached.append("once")
        for receiver in (each, once):
            manager.disconnect(receiver, signals.item_scraped)

    def last() -> None:
        reached.append("last")

    for receiver in (each, once, last):
        manager.connect(receiver, signals.item_scraped)
    for _ in range(2):
        manager.send_catch_log(signals.item_scraped)
    assert reached == ["each", "once", "last", "last"]


def test_a_function_that_has_received_a_signal_is_not_kept_alive() -> None:
    manager = Signals(Sender())

    def made() -> Any:
        def receiver(item: int) -> int:
            return item

        return receiver

    receiver = made()
    manager.connect(receiver, signals.item_scraped)
    assert manager.send_catch_log(signals.item_scraped, item=1) == [(receiver, 1)]
    del receiver
    assert manager.send_catch_log(signals.item_scraped, item=1) == []


def test_all_who_wait_for_a_signal_go_on_with_the_next_one() -> None:
    async def waiting() -> list[bool]:
        manager = Signals(Sender())
        tasks = [asyncio.ensure_future(manager.wait_for(signals.scheduler_empty)) for _ in range(3)]
        await asyncio.sleep(0)
        tasks[2].cancel()
        manager.send_catch_log(signals.spider_idle)
        await asyncio.sleep(0)
        early = [task.done() for task in tasks[:2]]
        manager.send_catch_log(signals.scheduler_empty)
        await asyncio.gather(*tasks, return_exceptions=True)
        return early

    assert asyncio.run(waiting()) == [False, False]


def test_a_signal_of_another_sender_reaches_its_receivers() -> None:
    sender, reached = Sender(), []
    manager = Signals(Sender())

    def receive(sender: Any) -> None:
        reached.append(sender)

    dispatcher.connect(receive, signals.item_scraped, sender)
    manager.send_catch_log(signals.item_scraped, sender=sender)
    asyncio.run(manager.send_catch_log_async(signals.item_scraped, sender=sender))
    assert reached == [sender] * 2


def test_exceptions_that_are_not_to_be_logged_are_failures(caplog: pytest.LogCaptureFixture) -> None:
    manager = Signals(Sender())

    def refuse() -> None:
        raise IgnoreRequest

    assert manager.send_catch_log(signals.request_scheduled, dont_log=IgnoreRequest) == []
    manager.connect(refuse, signals.request_scheduled)
    ((receiver, failure),) = manager.send_catch_log(signals.request_scheduled, dont_log=IgnoreRequest)
    assert receiver is refuse
    assert failure.check(IgnoreRequest)
    assert not caplog.records
