//! A revision's stable and panic window (pkg/autoscaler/metrics/collector.go:collection).
//!
//! Knative keeps four windows, two for concurrency and two for requests per second, and reads the two of the
//! revision's metric. A revision's metric never changes here, so only those two are kept.

use super::config::MetricSpec;
use super::spec::Metric;
use super::stats::Stat;
use super::window::Window;
use crate::units::SimTime;

/// The averages a decision is made of, in the metric's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Averages {
    /// Over the stable window.
    pub stable: f64,
    /// Over the panic window.
    pub panic: f64,
}

/// What is known about a revision's load.
#[derive(Debug, Clone, PartialEq)]
pub struct Metrics {
    metric: Metric,
    scraped: bool,
    stable: Window,
    panic: Window,
}

impl Metrics {
    /// Nothing known yet.
    pub fn new(spec: &MetricSpec) -> Metrics {
        Metrics {
            metric: spec.metric,
            scraped: spec.scraped,
            stable: Window::new(spec.algorithm, spec.stable_window),
            panic: Window::new(spec.algorithm, spec.panic_window),
        }
    }

    /// Adds a report from an activator or from the scraper. What came through an activator is the activator's to count.
    pub fn record(&mut self, at: SimTime, stat: &Stat) {
        let value = match self.metric {
            Metric::Concurrency | Metric::Other => stat.concurrency - stat.proxied_concurrency,
            Metric::Rps => stat.requests - stat.proxied_requests,
        };
        self.stable.record(at, value);
        self.panic.record(at, value);
    }

    /// The averages; none if a revision that is scraped has given no data for a whole window.
    pub fn averages(&self, now: SimTime) -> Option<Averages> {
        if self.scraped && self.is_empty(now) {
            return None;
        }
        Some(Averages { stable: self.stable.average(now), panic: self.panic.average(now) })
    }

    /// Whether the stable window holds no data. Without a new report it stays so.
    pub fn is_empty(&self, now: SimTime) -> bool {
        self.stable.is_empty(now)
    }

    /// Whether pods are scraped.
    pub fn is_scraped(&self) -> bool {
        self.scraped
    }

    /// Changes lengths and scraping while in use. Metric and algorithm stay.
    pub fn reconfigure(&mut self, now: SimTime, spec: &MetricSpec) {
        self.scraped = spec.scraped;
        self.stable.resize(now, spec.stable_window);
        self.panic.resize(now, spec.panic_window);
    }
}
