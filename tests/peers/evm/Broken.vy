# pragma version 0.4.3
# A contract that answers no question about balances.
@external
@view
def balanceOf(holder: address) -> uint256:
    raise "closed for today"
