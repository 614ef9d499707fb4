# pragma version 0.4.3
# An ERC-721 collection; whoever makes it may mint.
event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    token_id: indexed(uint256)

ownerOf: public(HashMap[uint256, address])
balanceOf: public(HashMap[address, uint256])
minter: immutable(address)

@deploy
def __init__():
    minter = msg.sender

@external
def mint(receiver: address, token_id: uint256):
    assert msg.sender == minter
    assert self.ownerOf[token_id] == empty(address)
    self.ownerOf[token_id] = receiver
    self.balanceOf[receiver] += 1
    log Transfer(sender=empty(address), receiver=receiver, token_id=token_id)

@external
def transferFrom(sender: address, receiver: address, token_id: uint256):
    assert msg.sender == sender and self.ownerOf[token_id] == sender
    self.ownerOf[token_id] = receiver
    self.balanceOf[sender] -= 1
    self.balanceOf[receiver] += 1
    log Transfer(sender=sender, receiver=receiver, token_id=token_id)
