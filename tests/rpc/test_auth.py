"""The challenge of the door agrees with its vector and refuses everything else."""

import json
from pathlib import Path

import pytest

from bazaar.rpc import auth

VECTOR = json.loads(
    (Path(__file__).parent.parent / "vectors" / "rpc_challenge.json").read_text()
)
TOKEN = bytes.fromhex(VECTOR["token"])
CLIENT_NONCE = bytes.fromhex(VECTOR["client_nonce"])
NODE_NONCE = bytes.fromhex(VECTOR["node_nonce"])


def test_the_vector() -> None:
    assert auth.proof(TOKEN, "node", CLIENT_NONCE) == VECTOR["node_proof"]
    assert auth.proof(TOKEN, "client", NODE_NONCE) == VECTOR["client_proof"]


@pytest.mark.parametrize(
    "claim",
    [
        auth.proof(TOKEN, "node", NODE_NONCE),
        auth.proof(TOKEN, "client", CLIENT_NONCE),
        auth.proof(bytes(32), "client", NODE_NONCE),
        VECTOR["client_proof"].upper(),
        VECTOR["client_proof"][:-2],
        "\N{SNOWMAN}",
        "",
    ],
)
def test_a_wrong_proof_proves_nothing(claim: str) -> None:
    assert auth.proves(VECTOR["client_proof"], TOKEN, "client", NODE_NONCE)
    assert not auth.proves(claim, TOKEN, "client", NODE_NONCE)


def test_tokens_and_nonces_are_fresh_and_of_full_length() -> None:
    made = {auth.new_token(), auth.new_token(), auth.new_nonce(), auth.new_nonce()}
    assert {len(value) for value in made} == {32}
    assert len(made) == 4
