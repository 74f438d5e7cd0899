"""The programs that both providers print, letter by letter, and a child process that runs them."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE

from tests.adapters.api.conversions import encoded
from tests.adapters.api.room import PATIENCE

PLACES = {
    "https://api.musicgpt.com/api/public": "/api/musicgpt",
    "https://noise-remover.com/api/v1": "/api/noise-remover/v1",
}
KEYS = ("<<<api key>>>", "<API_KEY>", "<api_key>", "nr_live_sk_YOUR_KEY")
# No proxy of this machine's, and nothing else of ours.
ALONE = {"PATH": os.environ["PATH"], "NO_PROXY": "*"}


def write_files(folder) -> None:
    """What the programs read, by the names that they have for it."""
    (folder / "audio.m4a").write_bytes(encoded("mp4", "aac", 1.0))
    for name in ("path_to_audio.mp3", "{path_to_your_audio_file}", "recording.mp3"):
        (folder / name).write_bytes(encoded("mp3", "libmp3lame", 1.0))


class Samples:
    """Runs what was printed, in a folder, with the key of a program."""

    def __init__(self, program, folder) -> None:
        self.program = program
        self._folder = folder

    async def python(self, text: str, line: str = "") -> str:
        """What a Python program prints. line: one of ours below it, that calls its function."""
        return await self._said(sys.executable, "-c", self._here(f"{text}\n{line}"))

    async def breaks(self, text: str, line: str) -> str:
        """The last line of what a Python program complains of."""
        code, _, complained = await self._run(sys.executable, "-c", self._here(f"{text}\n{line}"))
        assert code == 1
        return complained.splitlines()[-1]

    async def shell(self, text: str) -> str:
        """What a command prints."""
        return await self._said("sh", "-c", self._here(text))

    async def job(self, name):
        """What is kept of it."""
        return await self.program.room.job(name)

    def _here(self, text: str) -> str:
        """With our address and a key of ours in the places of theirs, and nothing else."""
        for base, place in PLACES.items():
            text = text.replace(base, f"{self.program.room.origin}{place}")
        for key in KEYS:
            text = text.replace(key, self.program.text)
        return text

    async def _said(self, *command: str) -> str:
        code, said, complained = await self._run(*command)
        assert code == 0, complained
        return said

    async def _run(self, *command: str) -> tuple[int | None, str, str]:
        child = await asyncio.create_subprocess_exec(
            *command, cwd=self._folder, env=ALONE, stdout=PIPE, stderr=PIPE
        )
        async with asyncio.timeout(PATIENCE):
            said, complained = await child.communicate()
        return child.returncode, said.decode(), complained.decode()


# --- MusicGPT: denoise, deecho and Extraction -----------------------------------------------------

BY_URL = """
import requests

url = "https://api.musicgpt.com/api/public/v1/{operation}"
headers = {{
    "Authorization": "<<<api key>>>"
}}

# Option 1: URL
payload = {{
    "audio_url": "https://example.com/audio.m4a",
    "webhook_url": ""
}}
response = requests.post(url, headers=headers, data=payload)
print(response.json())
"""

# Printed as comments below the other.
BY_FILE = """
import requests

url = "https://api.musicgpt.com/api/public/v1/{operation}"
headers = {{
    "Authorization": "<<<api key>>>"
}}

payload = {{
    "webhook_url": "https://www.test.requestcatcher.com/test"
}}
with open("audio.m4a", "rb") as f:
    files = {{"audio_file": f}}
    response = requests.post(url, headers=headers, data=payload, files=files)
print(response.json())
"""

BY_CURL = """curl -X POST "https://api.musicgpt.com/api/public/v1/{path}" \\
-H "accept: application/json" \\
-H "Authorization: <api_key>" \\
-F "audio_url=https://www.youtube.com/watch?v=jGflUbPQfW8" \\
-F "webhook_url=http://webhook.musicgpt.com"
"""

WITH_LISTS = """
import requests
import json

url = "https://api.musicgpt.com/api/public/v1/Extraction"
headers = {
    "Authorization": "<API_KEY>",
    "accept": "application/json"
}

files = {
    "audio_file": open("path_to_audio.mp3", "rb")
}
data = {
    "audio_url": "",
    "stems": json.dumps(["vocals", "drums"]),
    "preprocessing_options": json.dumps(["Denoise"]),
    "webhook_url": "http://webhook.musicgpt.com"
}

response = requests.post(url, headers=headers, data=data, files=files)
print(response.json())
"""

WITHOUT_LISTS = """
import requests

url = "https://api.musicgpt.com/api/public/v1/Extraction"

headers = {
    "accept": "application/json",
    "Authorization": "<api_key>"
}

input_audio_file = open("{path_to_your_audio_file}", "rb")

payload = {
    "audio_url": "",
    "webhook_url": "http://abcd.requestcatcher.com/test"
}

response = requests.post(url=url,
                         headers=headers,
                         data=payload,
                         files={"audio_file": input_audio_file})

print(response.status_code, response.json())
"""

# The page in OpenAPI prints the same without asking for JSON.
ON_THE_OTHER_PAGE = WITH_LISTS.replace(',\n    "accept": "application/json"', "")

# --- noise-remover.com ----------------------------------------------------------------------------

ENHANCE = """
import requests

API_KEY = "nr_live_sk_YOUR_KEY"

with open("recording.mp3", "rb") as f:
    response = requests.post(
        "https://noise-remover.com/api/v1/enhance",
        headers={"Authorization": f"Bearer {API_KEY}"},
        files={"file": f},
        data={
            "preset":        "podcast",
            "output_format": "wav",
            "metadata":      '{"episode_id": "ep-042"}'
        }
    )

data = response.json()
print(data["job_id"])  # "job_3f8a2c9e"
"""

WAIT = """
import time, requests

def wait_for_job(job_id, api_key):
    url     = f"https://noise-remover.com/api/v1/job/{job_id}"
    headers = {"Authorization": f"Bearer {api_key}"}

    while True:
        job = requests.get(url, headers=headers).json()

        if job["status"] == "completed":
            return job["download_url"]
        if job["status"] == "failed":
            raise Exception(job["error_message"])

        time.sleep(3)
"""

VERIFY = """
import hmac, hashlib, secrets

def verify_webhook(raw_body: bytes, signature: str, secret: str) -> bool:
    expected = "sha256=" + hmac.new(
        secret.encode(),
        raw_body,
        hashlib.sha256
    ).hexdigest()
    return secrets.compare_digest(expected, signature)
"""

# Only the path of the file is ours.
CURL_ENHANCE = """curl -X POST https://noise-remover.com/api/v1/enhance \\
  -H "Authorization: Bearer nr_live_sk_YOUR_KEY" \\
  -F "file=@recording.mp3" \\
  -F "preset=podcast" \\
  -F "output_format=wav"
"""

CURL_JOB = """curl https://noise-remover.com/api/v1/job/job_3f8a2c9e \\
  -H "Authorization: Bearer nr_live_sk_YOUR_KEY"
"""

CURL_JOBS = """curl "https://noise-remover.com/api/v1/jobs?limit=20&status=completed" \\
  -H "Authorization: Bearer nr_live_sk_YOUR_KEY"
"""

CURL_DELETE = """curl -X DELETE https://noise-remover.com/api/v1/job/job_3f8a2c9e \\
  -H "Authorization: Bearer nr_live_sk_YOUR_KEY"
"""

CURL_USAGE = """curl https://noise-remover.com/api/v1/usage \\
  -H "Authorization: Bearer nr_live_sk_YOUR_KEY"
"""
