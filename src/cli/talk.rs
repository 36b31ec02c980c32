//! What is said on stderr: errors, warnings, and the answer to Ctrl-C.

use std::sync::atomic::{AtomicBool, Ordering};

use anstream::eprintln;
use anstyle::{AnsiColor, Style};

use crate::error::Error;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// Set while files are being put in place: that is quick and is let finish.
static WRITING: AtomicBool = AtomicBool::new(false);

/// Says what went wrong.
pub(super) fn error(error: &Error) {
    eprintln!("{ERROR}error:{ERROR:#} {error}");
}

/// Says a doubt.
pub(super) fn warn(warning: &str) {
    eprintln!("{WARNING}warning:{WARNING:#} {warning}");
}

/// Says something in passing.
pub(super) fn note(text: &str) {
    eprintln!("{text}");
}

/// Ctrl-C ends the program at once, unless files are being put in place.
pub(super) fn install_interrupt() {
    let handler = || {
        if !WRITING.load(Ordering::SeqCst) {
            error(&Error::Interrupted);
            std::process::exit(130);
        }
    };
    // A second installation fails; the first one serves.
    let _ = ctrlc::set_handler(handler);
}

/// Does something that must not be cut in half.
pub(super) fn uninterrupted<T>(act: impl FnOnce() -> T) -> T {
    WRITING.store(true, Ordering::SeqCst);
    let done = act();
    WRITING.store(false, Ordering::SeqCst);
    done
}
