"""Piazza tells what happened on it: one webhook call a change, again until it is heard."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from premura.prepare import playground_api


@app.task(
    name="playground_speak",
    # From a second to two minutes apart, for an hour and a half; the poll brings it all the same.
    retry=RetryStrategy(max_attempts=60, wait=1, linear_wait=3, retry_exceptions={playground_api.NotHeard}),
)
def playground_speak(change_id: int) -> None:
    playground_api.speak(change_id)
