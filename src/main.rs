//! The command line of coldcast: everything is in [`coldcast::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    coldcast::cli::main()
}
