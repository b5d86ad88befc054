//! The reader and the counter that stand between a decoder and the budget.
