"""Settings of noise-remover.com: defaults, and what is refused in a plain sentence."""

import pytest
from pydantic import ValidationError

from adapters.plugin import Tools
from adapters.providers.noise_remover import PLUGIN, plugin
from adapters.providers.noise_remover.settings import PLANS, NoiseRemoverSettings

SECRET = "0123456789abcdef"


def test_without_a_key_it_is_off_and_everything_else_is_as_the_document_says():
    settings = NoiseRemoverSettings()
    assert PLUGIN.is_on(settings) is False
    assert PLUGIN.is_on(NoiseRemoverSettings(api_key="nr_live_sk_x")) is True
    assert settings.base_url == "https://noise-remover.com/api/v1"  # NR-T-01
    assert settings.result_hosts == ("noise-remover.com",)  # MG-X-19: and what lies below it
    assert settings.plan == "pro"
    assert settings.secrets == ()


@pytest.mark.parametrize(
    ("plan", "requests", "webhooks"),
    [
        pytest.param("dev", 60, False, id="NR-T-05"),
        pytest.param("pro", 120, True, id="NR-T-06 AMB-15"),
        pytest.param("business", 300, True, id="NR-T-07"),
    ],
)
def test_plans_are_data(plan, requests, webhooks):  # NR-R-01
    assert (PLANS[plan].requests_per_minute, PLANS[plan].has_webhooks) == (requests, webhooks)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://api.noise-remover.com/v1/", "https://api.noise-remover.com/v1"),
        (
            "http://127.0.0.1:8080/api/noise-remover/v1",
            "http://127.0.0.1:8080/api/noise-remover/v1",
        ),
    ],
    ids=["MG-X-19", "another Undertone"],
)
def test_the_base_may_be_another(given, kept):
    assert NoiseRemoverSettings(base_url=given).base_url == kept


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("base_url", "noise-remover.com/api/v1", "https://api.example.org/v1"),
        ("base_url", "ftp://noise-remover.com", "https://api.example.org/v1"),
        ("base_url", "https://", "https://api.example.org/v1"),
        ("base_url", "https://noise-remover.com/?a=b", "https://api.example.org/v1"),
        ("webhook_secret", "", "16 characters or more"),
        ("webhook_secret", SECRET[:15], "16 characters or more"),
        ("webhook_secret_old", SECRET[:15], "16 characters or more"),
        ("api_key", "two words", "the key alone"),
        ("api_key", "line\nbreak", "the key alone"),
        ("result_hosts", ["https://noise-remover.com"], "hosts alone"),
        ("base_url", "https://key@noise-remover.com", "https://api.example.org/v1"),
        ("signature_header", "X Signature", "name of a header"),
        ("plan", "enterprise", "'dev', 'pro' or 'business'"),
    ],
)
def test_what_cannot_work_is_refused_without_showing_it(name, value, says):
    with pytest.raises(ValidationError) as caught:
        NoiseRemoverSettings(**{name: value})
    (error,) = caught.value.errors(include_input=False)
    assert says in error["msg"]
    assert "input_value" not in str(caught.value)


def test_sixteen_bytes_are_enough_and_both_secrets_count():
    settings = NoiseRemoverSettings(webhook_secret=SECRET, webhook_secret_old="ä" * 8)
    assert settings.secrets == (SECRET.encode(), ("ä" * 8).encode())
    assert SECRET not in repr(settings)


async def test_a_key_never_travels_in_plain_sight():  # NR-T-01
    settings = NoiseRemoverSettings(api_key="nr_live_sk_x", base_url="http://noise-remover.com/api")
    with pytest.raises(ValueError, match="not encrypted"):
        async with plugin.opened(settings, Tools(None, None, None)):
            raise AssertionError
