"""Articles by aiohttp, each written to a file: ``aiohttp_files.py URL CODES FOLDER CONNECTIONS``."""

import asyncio
import sys
from pathlib import Path

import aiohttp

URL, CODES, FOLDER, CONNECTIONS = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])


async def main():
    codes = iter(CODES.read_text().split())
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as session:

        async def work():
            for code in codes:
                async with session.get(f"{URL}/NewsData/GetNewsText.do", params={"id": code}) as response:
                    response.raise_for_status()
                    body = await response.read()
                (FOLDER / f"{code}.json").write_bytes(body)

        await asyncio.gather(*(work() for _ in range(CONNECTIONS)))


asyncio.run(main())
