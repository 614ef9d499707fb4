# pragma version 0.4.3
# An ERC-20 token; whoever makes it holds all of it.
event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    amount: uint256

decimals: public(immutable(uint8))
balanceOf: public(HashMap[address, uint256])
totalSupply: public(uint256)

@deploy
def __init__(_decimals: uint8, supply: uint256):
    decimals = _decimals
    self.balanceOf[msg.sender] = supply
    self.totalSupply = supply

@external
def transfer(receiver: address, amount: uint256) -> bool:
    self.balanceOf[msg.sender] -= amount
    self.balanceOf[receiver] += amount
    log Transfer(sender=msg.sender, receiver=receiver, amount=amount)
    return True
