//! What is said on stderr: errors, warnings, and the answer to Ctrl-C.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, RwLock};

use anstream::eprintln;
use anstyle::{AnsiColor, Style};

use crate::error::Error;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// Held by whoever puts files in place, and taken whole by Ctrl-C: that is quick and is let finish.
static WRITING: RwLock<()> = RwLock::new(());
/// The results are in place: there is nothing left to interrupt.
static SETTLED: AtomicBool = AtomicBool::new(false);
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
        let _alone = WRITING.write();
        if !SETTLED.load(Ordering::SeqCst) {
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

/// Does something that must not be cut in half. Not to be nested.
pub(super) fn uninterrupted<T>(act: impl FnOnce() -> T) -> T {
    let _writing = WRITING.read();
    act()
}

/// The same for the last thing that a command does: Ctrl-C comes too late after it.
pub(super) fn to_the_end<T>(act: impl FnOnce() -> T) -> T {
    let _writing = WRITING.read();
    let done = act();
    SETTLED.store(true, Ordering::SeqCst);
    done
}
