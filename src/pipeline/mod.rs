//! The only place that joins the floors, and names threads.
