"""Numbers in, numbers out: measures recordings and takes the background out of them."""
