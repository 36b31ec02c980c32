//! What is said on stderr: errors, warnings, and the answer to Ctrl-C.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anstream::eprintln;
use anstyle::{AnsiColor, Style};

use crate::error::Error;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// How many are putting files in place: that is quick and is let finish.
static WRITING: AtomicUsize = AtomicUsize::new(0);
/// Ctrl-C was pressed.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// What is said then, if something is kept.
static FAREWELL: Mutex<Option<Farewell>> = Mutex::new(None);

type Farewell = Box<dyn Fn() -> String + Send>;

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
        INTERRUPTED.store(true, Ordering::SeqCst);
        if WRITING.load(Ordering::SeqCst) == 0 {
            leave();
        }
    };
    // A second installation fails; the first one serves.
    let _ = ctrlc::set_handler(handler);
}

/// What to say if the work is interrupted from now on.
pub(super) fn when_interrupted(farewell: impl Fn() -> String + Send + 'static) {
    *FAREWELL.lock().expect("nobody panicked while leaving") = Some(Box::new(farewell));
}

/// Says what is kept and ends the program.
fn leave() -> ! {
    let farewell = FAREWELL.lock().expect("nobody panicked while leaving");
    match farewell.as_ref() {
        Some(farewell) => eprintln!("{ERROR}error:{ERROR:#} {}", farewell()),
        None => error(&Error::Interrupted),
    }
    std::process::exit(130);
}

/// Does something that must not be cut in half; then it is done, whatever was pressed meanwhile.
pub(super) fn uninterrupted<T>(act: impl FnOnce() -> T) -> T {
    WRITING.fetch_add(1, Ordering::SeqCst);
    let done = act();
    WRITING.fetch_sub(1, Ordering::SeqCst);
    done
}

/// Does one of many things that must not be cut in half, and leaves after it if Ctrl-C was pressed.
pub(super) fn unless_interrupted<T>(act: impl FnOnce() -> T) -> T {
    let done = uninterrupted(act);
    if INTERRUPTED.load(Ordering::SeqCst) && WRITING.load(Ordering::SeqCst) == 0 {
        leave();
    }
    done
}
