"""
Settings of `jupyter nbconvert` for tools/run-notebook.js. Deno's kernel sometimes reports that a cell is finished before
it sends the cell's result, and nbclient then stops listening. These settings make it listen a little longer.
"""

import asyncio

from nbclient import NotebookClient

listen = NotebookClient._async_poll_output_msg


async def listen_longer(self, *cell):
    await listen(self, *cell)
    try:
        await asyncio.wait_for(listen(self, *cell), 0.2)
    except asyncio.TimeoutError:
        pass


NotebookClient._async_poll_output_msg = listen_longer
