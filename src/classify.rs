//! Who is exposed and how bad it is: the tables.
