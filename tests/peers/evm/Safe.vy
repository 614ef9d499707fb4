# pragma version 0.4.3
# A wallet that is a contract (EIP-1271): what its owner signed counts as signed by it.
owner: immutable(address)

@deploy
def __init__():
    owner = msg.sender

@external
@view
def isValidSignature(digest: bytes32, signature: Bytes[65]) -> bytes4:
    r: uint256 = convert(slice(signature, 0, 32), uint256)
    s: uint256 = convert(slice(signature, 32, 32), uint256)
    v: uint256 = convert(slice(signature, 64, 1), uint256)
    if ecrecover(digest, v, r, s) == owner:
        return 0x1626ba7e
    return 0xffffffff
