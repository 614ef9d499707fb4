"""Every model and every field has an answer to: taken along, brought, erased?"""

from dataclasses import replace

import pytest

from accounts.rights import registry
from accounts.rights.registry import Fate, answer_of, gaps, gaps_of


def test_every_model_and_field_of_the_installation_has_an_answer() -> None:
    assert gaps() == []


def test_a_new_model_without_an_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    others = tuple(each for each in registry.answers() if each.label != "accounts.wallet")
    monkeypatch.setattr(registry, "answers", lambda: others)
    assert gaps() == ["accounts.Wallet has no answer"]


def test_a_new_field_without_an_answer_is_named() -> None:
    wallet = answer_of("accounts.wallet")
    assert wallet is not None
    assert list(gaps_of(replace(wallet, exports="user address proved_at message"))) == [
        "accounts.Wallet.label has no answer"
    ]


def test_a_new_key_to_a_person_without_an_answer_is_named() -> None:
    wallet = answer_of("accounts.wallet")
    assert wallet is not None
    assert "accounts.Wallet.user: what becomes" in next(gaps_of(replace(wallet, people={})))


def test_an_answer_that_cannot_be_is_named() -> None:
    wallet = answer_of("accounts.wallet")
    assert wallet is not None
    wrong = replace(wallet, people={"user": Fate.POINTS_TO_NOBODY}, words="colour")
    assert set(gaps_of(wrong)) == {
        "accounts.Wallet.colour does not exist",
        "accounts.Wallet.user cannot point to nobody",
    }


def test_no_secret_is_in_any_archive() -> None:
    secret = ("password", "token", "secret", "hash", "session_key", "data")
    allowed = {
        "previous_hash", "hash", "text_hash", "step_data", "metadata", "extra_data", "data", "sha256", "hashtags",
    }  # fmt: skip
    no_secret = {
        "accounts.tokengate.token_id",
        "content.contentasset.content_hash",
        "content.contentasset.words_hash",
        "content.generation.estimated_tokens",
        "content.generation.input_tokens",
        "content.generation.output_tokens",
        "content.pieceversion.tokens",
        "content.prompt.hashtag",
        "content.scriptversion.tokens",
    }
    found = {
        f"{each.label}.{column.name}"
        for each in registry.answers()
        if each.is_exported
        for column in each.columns(of_person=True)
        if any(word in column.name for word in secret) and column.name not in allowed
    }
    assert found <= no_secret
    assert answer_of("mfa.authenticator").leaves_out["data"]  # type: ignore[union-attr]
    assert answer_of("accounts.apikey").leaves_out["hash"]  # type: ignore[union-attr]


def test_what_is_kept_names_its_ground_and_its_term() -> None:
    kept = [*registry.kept_of_organization(), *registry.kept_of_person()]
    assert len(kept) >= 8
    assert all(each.what and each.why and each.ground and each.term for each in kept)
