# pragma version 0.4.3
# ERC-1155 passes of several kinds; whoever makes them may mint.
event TransferSingle:
    operator: indexed(address)
    sender: indexed(address)
    receiver: indexed(address)
    token_id: uint256
    amount: uint256

held: HashMap[uint256, HashMap[address, uint256]]
minter: immutable(address)

@deploy
def __init__():
    minter = msg.sender

@external
@view
def balanceOf(holder: address, token_id: uint256) -> uint256:
    return self.held[token_id][holder]

@external
def mint(receiver: address, token_id: uint256, amount: uint256):
    assert msg.sender == minter
    self.held[token_id][receiver] += amount
    log TransferSingle(operator=msg.sender, sender=empty(address), receiver=receiver, token_id=token_id, amount=amount)
