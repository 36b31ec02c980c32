//! Where requests come from: one file a source, and any number of them add up.
