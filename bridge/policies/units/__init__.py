"""Units of entitlement: what tickets take, and the sums."""
