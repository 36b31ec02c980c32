//! A progress bar on a terminal, nothing elsewhere.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::experiment::Progress;

/// Shows how many runs are done and how long the rest may take.
pub(super) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar on stderr if that is a terminal and `quiet` is not wanted.
    pub(super) fn new(quiet: bool) -> Bar {
        let shown = !quiet && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} runs, {eta} left").expect("a well-formed template");
        Bar { bar: ProgressBar::with_draw_target(None, target).with_style(style) }
    }

    /// Takes it away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn begin(&self, parts: usize) {
        self.bar.set_length(self.bar.position() + parts as u64);
        // Drawn at once, and again while a long part is under way.
        self.bar.enable_steady_tick(std::time::Duration::from_millis(200));
    }
    fn advance(&self) {
        self.bar.inc(1);
    }
}
