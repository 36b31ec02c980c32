//! The command line of coldcast.
fn main() {}
