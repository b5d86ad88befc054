//! The one table of labels: what a normalised key means in a credential block or a system file.
