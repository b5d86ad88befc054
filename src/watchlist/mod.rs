//! The watchlist: whose names count as ours, and where they stand in text.
