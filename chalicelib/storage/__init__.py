"""The only room that knows pynamodb: one table, one stream; what leaves it is a frozen dataclass of the domain."""
