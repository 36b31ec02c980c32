//! What it costs: meters in, bill lines out; price books are data.
