//! Drawing how far an import has come.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use interdict_desk::{Progress, Step};

/// Draws on stderr, if that is a terminal.
pub(crate) struct Bars {
    draw: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Bars {
    /// Draws if `draw`.
    pub(crate) fn new(draw: bool) -> Bars {
        Bars {
            draw,
            bar: Mutex::new(None),
        }
    }

    fn with(&self, f: impl FnOnce(&mut Option<ProgressBar>)) {
        // A thread that panicked while drawing is no reason not to draw.
        let mut bar = self
            .bar
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        f(&mut bar);
    }
}

impl Progress for Bars {
    fn begin(&self, step: Step, what: &str, total: Option<u64>) {
        if !self.draw {
            return;
        }
        let (verb, unit) = match step {
            Step::Downloading => ("fetching", "{bytes}"),
            Step::Receiving => ("copying", "{bytes}"),
            Step::Reading => ("reading", "{human_pos} entities"),
            Step::Grouping => ("grouping", "{human_pos} entities"),
            Step::Indexing => ("indexing", "{human_pos} entities"),
            Step::Screening => ("screening", "{human_pos} customers, {per_sec}, {eta} left,"),
        };
        let template = match total {
            Some(_) => format!("{{msg}} {{bar:24}} {unit} {{elapsed}}"),
            None => format!("{{spinner}} {{msg}} {unit} {{elapsed}}"),
        };
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.set_message(format!("{verb} {what}"));
        self.with(|old| {
            if let Some(old) = old.replace(bar) {
                old.finish_and_clear();
            }
        });
    }

    fn at(&self, _: Step, done: u64) {
        self.with(|bar| {
            if let Some(bar) = bar {
                bar.set_position(done);
            }
        });
    }

    fn end(&self, _: Step) {
        self.with(|bar| {
            if let Some(bar) = bar.take() {
                bar.finish_and_clear();
            }
        });
    }
}
