//! Request statistics of queue-proxy (knative.dev/networking/pkg/http/stats/request.go).
//!
//! Queued requests count: a request enters before it waits for a slot. Kubelet probes never do.

use crate::units::{SimTime, Span};

/// One report: means over the time since the last report, and arrivals in it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stat {
    /// Mean requests in flight.
    pub concurrency: f64,
    /// Of these, through an activator.
    pub proxied_concurrency: f64,
    /// Arrivals; a report is cut each second, so these are requests per second.
    pub requests: f64,
    /// Of these, through an activator.
    pub proxied_requests: f64,
}

/// How a request came to the pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// Straight from the gateway.
    Gateway,
    /// With the activator's proxy header.
    Activator,
}

/// Time-weighted request statistics of one pod. O(1) an event.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestStats {
    changed: SimTime,
    open: f64,
    open_proxied: f64,
    requests: f64,
    proxied_requests: f64,
    /// Seconds observed since the last report.
    in_use: f64,
    /// Request-seconds since the last report.
    area: f64,
    area_proxied: f64,
}

impl RequestStats {
    /// Starts to observe at `now`, with nothing in flight.
    pub fn new(now: SimTime) -> RequestStats {
        RequestStats {
            changed: now,
            open: 0.0,
            open_proxied: 0.0,
            requests: 0.0,
            proxied_requests: 0.0,
            in_use: 0.0,
            area: 0.0,
            area_proxied: 0.0,
        }
    }

    /// A request arrives.
    pub fn enter(&mut self, now: SimTime, via: Via) {
        self.advance(now);
        self.open += 1.0;
        self.requests += 1.0;
        if via == Via::Activator {
            self.open_proxied += 1.0;
            self.proxied_requests += 1.0;
        }
    }

    /// A request ends. `via` is as it was when it arrived.
    pub fn leave(&mut self, now: SimTime, via: Via) {
        self.advance(now);
        self.open -= 1.0;
        if via == Via::Activator {
            self.open_proxied -= 1.0;
        }
    }

    /// Cuts a report and begins the next; what is in flight stays.
    pub fn report(&mut self, now: SimTime) -> Stat {
        self.advance(now);
        let mean = |area: f64| if self.in_use > 0.0 { area / self.in_use } else { 0.0 };
        let stat = Stat {
            concurrency: mean(self.area),
            proxied_concurrency: mean(self.area_proxied),
            requests: self.requests,
            proxied_requests: self.proxied_requests,
        };
        *self = RequestStats { open: self.open, open_proxied: self.open_proxied, ..RequestStats::new(self.changed) };
        stat
    }

    /// Requests in flight.
    pub fn open(&self) -> f64 {
        self.open
    }

    /// A time that does not move forward is ignored.
    fn advance(&mut self, now: SimTime) {
        if now <= self.changed {
            return;
        }
        let seconds = go_seconds(now - self.changed);
        self.in_use += seconds;
        self.area += self.open * seconds;
        self.area_proxied += self.open_proxied * seconds;
        self.changed = now;
    }
}

/// Seconds as Go's `Duration.Seconds` has them: two roundings, one ulp off a plain division now and then.
fn go_seconds(span: Span) -> f64 {
    const SECOND: u64 = Span::from_secs(1).0;
    (span.0 / SECOND) as f64 + (span.0 % SECOND) as f64 / 1e9
}
