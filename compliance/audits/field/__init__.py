"""The tablet: audits and exercises on the floor, offline, and the server that takes what they send."""
