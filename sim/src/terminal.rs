//! The terminal: how wide it is, whether it wants colour, and the line that shows how far a run is.

use std::io::{IsTerminal, Write, stderr, stdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use verdict::reports::Layout;

/// How reports are laid out on standard output.
#[expect(
    clippy::disallowed_methods,
    reason = "the terminal's settings reach the report's looks and nothing else"
)]
pub(crate) fn layout() -> Layout {
    let columns = terminal_size::terminal_size_of(stdout()).map(|(width, _)| usize::from(width.0));
    Layout {
        width: columns.unwrap_or(Layout::default().width).clamp(60, 200),
        colour: stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    }
}

/// Shows a line on standard error, made anew ten times a second until `done`, and takes it away at the end. Where
/// standard error is not a terminal, it only waits.
pub(crate) fn show_while(quiet: bool, done: &AtomicBool, line: impl Fn() -> String) {
    if quiet || !stderr().is_terminal() {
        return;
    }
    while !done.load(Ordering::Relaxed) {
        // A failure to show progress is no reason to stop the run.
        let _ = write!(stderr(), "\r\x1b[2K{}", line());
        let _ = stderr().flush();
        std::thread::park_timeout(Duration::from_millis(100));
    }
    let _ = write!(stderr(), "\r\x1b[2K");
}
