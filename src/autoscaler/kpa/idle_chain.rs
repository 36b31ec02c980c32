//! The whole chain from the last request to the last pod and back, on a small made-up cluster: one pod at most, one
//! activator, a network without delay.

use super::active::Activity;
use super::config::KpaConfig;
use super::multiscaler::Kpa;
use super::reconcile::{PodAutoscaler, Reconciled, Seen};
use super::scrape::extrapolate;
use super::spec::KpaSpec;
use super::stats::{RequestStats, Stat, Via};
use super::zero::Mode;
use super::{ActivatorStats, REPORT, TICK};
use crate::units::{SimTime, Span};

/// A request, and the way it went.
#[derive(Clone, Copy)]
struct Request {
    ends: SimTime,
    mode: Mode,
}

struct Cluster {
    config: KpaConfig,
    now: SimTime,
    kpa: Kpa,
    reconciler: PodAutoscaler,
    activator: ActivatorStats,
    /// The pod, if one is ready.
    pod: Option<RequestStats>,
    replicas: u32,
    mode: Mode,
    wake: Option<SimTime>,
    open: Option<Request>,
    /// Every count that was applied.
    applied: Vec<(SimTime, u32)>,
}

impl Cluster {
    /// A revision with its first pod ready.
    fn new(json: &str) -> Cluster {
        let spec: KpaSpec = serde_json::from_str(json).expect("readable");
        let config = spec.resolve(0);
        let mut cluster = Cluster {
            kpa: Kpa::new(&config, SimTime::ZERO, 1),
            reconciler: PodAutoscaler::new(config.clone(), SimTime::ZERO),
            config,
            now: SimTime::ZERO,
            activator: ActivatorStats::default(),
            pod: Some(RequestStats::new(SimTime::ZERO)),
            replicas: 1,
            mode: Mode::Proxy,
            wake: None,
            open: None,
            applied: Vec::new(),
        };
        cluster.reconcile();
        cluster
    }

    fn ready(&self) -> u32 {
        u32::from(self.pod.is_some())
    }

    fn reconcile(&mut self) -> Reconciled {
        let seen = Seen {
            desired: self.kpa.desired(),
            excess_burst_capacity: self.kpa.excess_burst_capacity(),
            ready: self.ready(),
            replicas: self.replicas,
            reachable: true,
            service_name_set: true,
        };
        let done = self.reconciler.reconcile(self.now, &seen);
        self.wake = done.requeue_after.map(|after| self.now + after).or(self.wake);
        self.mode = done.mode;
        if let Some(replicas) = done.apply {
            self.replicas = replicas;
            self.applied.push((self.now, replicas));
            if replicas == 0 && self.pod.take().is_some() {
                return self.reconcile();
            }
        }
        done
    }

    fn arrive(&mut self, length: Span) {
        self.open = Some(Request { ends: self.now + length, mode: self.mode });
        let via = if self.mode == Mode::Proxy { Via::Activator } else { Via::Gateway };
        if let Some(pod) = &mut self.pod {
            pod.enter(self.now, via);
        }
        if self.mode == Mode::Proxy
            && let Some(first) = self.activator.enter(self.now)
        {
            self.activator_says(&first);
        }
    }

    fn activator_says(&mut self, stat: &Stat) {
        self.kpa.record(self.now, stat);
        if self.kpa.wants_poke(stat) {
            self.tick();
        }
    }

    fn finish(&mut self) {
        let Some(request) = self.open.take() else { return };
        let via = if request.mode == Mode::Proxy { Via::Activator } else { Via::Gateway };
        if let Some(pod) = &mut self.pod {
            pod.leave(self.now, via);
        }
        if request.mode == Mode::Proxy {
            self.activator.leave(self.now);
        }
    }

    fn report(&mut self) {
        if let Some(stat) = self.activator.report(self.now) {
            self.activator_says(&stat);
        }
        let sampled = self.pod.as_mut().map(|pod| pod.report(self.now));
        if let Some(stat) = extrapolate(sampled, self.ready()).filter(|_| self.config.metric.scraped) {
            self.kpa.record(self.now, &stat);
        }
    }

    fn tick(&mut self) {
        if self.kpa.tick(self.now, Some(self.ready())).is_some_and(|decision| decision.notify) {
            self.reconcile();
        }
    }

    /// Runs the loops up to and including `until`. A wake-up is served at its own nanosecond.
    fn run_until(&mut self, until: SimTime) {
        while let Some(next) = Some(self.next_due()).filter(|&next| next <= until) {
            self.now = next;
            if self.open.is_some_and(|request| request.ends == next) {
                self.finish();
            }
            if next.0.is_multiple_of(REPORT.0) {
                self.report();
            }
            if next.0.is_multiple_of(TICK.0) {
                self.tick();
            }
            if self.wake == Some(next) {
                self.wake = None;
                self.reconcile();
            }
        }
    }

    fn next_due(&self) -> SimTime {
        let report = SimTime::from_secs(self.now.whole_secs() + 1);
        let request = self.open.map_or(SimTime::NEVER, |request| request.ends);
        report.min(request).min(self.wake.unwrap_or(SimTime::NEVER))
    }
}

/// One request at 0 s that takes a second: when the pod goes, looking for 1000 s.
#[track_caller]
fn check_pod_goes(json: &str, expected: Option<std::ops::RangeInclusive<u64>>) {
    let mut cluster = Cluster::new(json);
    cluster.arrive(Span::from_secs(1));
    cluster.run_until(SimTime::from_secs(1000));
    let gone = cluster.applied.iter().find(|(_, replicas)| *replicas == 0).map(|(at, _)| at.whole_secs());
    match (gone, expected) {
        (Some(gone), Some(expected)) => assert!(expected.contains(&gone), "{json}: gone after {gone} s, not within {expected:?} s"),
        (gone, expected) => assert_eq!(gone, expected.map(|it| *it.start()), "{json}"),
    }
}

#[test]
fn an_idle_revision_always_in_proxy_loses_its_pod_after_a_window() {
    check_pod_goes("{}", Some(55..=68));
    check_pod_goes(r#"{"target-burst-capacity": -1}"#, Some(55..=68));
    check_pod_goes(r#"{"window": "30s"}"#, Some(28..=36));
    check_pod_goes(r#"{"metric": "rps"}"#, Some(55..=68));
}

#[test]
fn an_idle_revision_in_serve_waits_the_grace_period_too() {
    check_pod_goes(r#"{"target-burst-capacity": 0}"#, Some(88..=96));
    check_pod_goes(r#"{"target-burst-capacity": 0, "scale-to-zero-grace-period": "10s"}"#, Some(68..=76));
}

#[test]
fn what_keeps_the_last_pod() {
    check_pod_goes(r#"{"min-scale": 1}"#, None);
    check_pod_goes(r#"{"enable-scale-to-zero": false}"#, None);
    check_pod_goes(r#"{"scale-to-zero-pod-retention-period": "5m"}"#, Some(355..=368));
    check_pod_goes(r#"{"scale-down-delay": "40s"}"#, Some(95..=108));
}

#[test]
fn the_mode_follows_the_excess_burst_capacity() {
    let mut cluster = Cluster::new(r#"{"target-burst-capacity": 0}"#);
    cluster.arrive(Span::from_secs(1));
    cluster.run_until(SimTime::from_secs(10));
    assert_eq!(cluster.mode, Mode::Serve);
    cluster.run_until(SimTime::from_secs(70));
    assert_eq!((cluster.mode, cluster.ready()), (Mode::Proxy, 1), "in Proxy mode before the pod goes");
}

#[test]
fn a_request_wakes_a_revision_at_zero_at_once() {
    let mut cluster = Cluster::new("{}");
    cluster.arrive(Span::from_secs(1));
    cluster.run_until(SimTime::from_secs(301));
    assert_eq!(cluster.reconciler.condition().activity, Activity::Inactive);
    assert!(cluster.kpa.is_asleep(cluster.now));
    cluster.now += Span::from_millis(300);
    cluster.arrive(Span::from_secs(10));
    assert_eq!(cluster.applied.last(), Some(&(cluster.now, 1)), "poked, not ticked");
    assert!(!cluster.kpa.is_asleep(cluster.now));
    assert_eq!(cluster.reconciler.condition().activity, Activity::Activating);
    cluster.run_until(SimTime::from_secs(305));
    cluster.pod = Some(RequestStats::new(cluster.now));
    assert_eq!(cluster.reconcile().mode, Mode::Proxy);
    assert_eq!(cluster.reconciler.condition().activity, Activity::Active);
}

#[test]
fn a_pod_that_never_comes_is_given_up() {
    let mut cluster = Cluster::new(r#"{"progress-deadline": "100s"}"#);
    cluster.run_until(SimTime::from_secs(200));
    cluster.arrive(Span::from_secs(5));
    assert_eq!(cluster.replicas, 1);
    cluster.run_until(SimTime::from_secs(2000));
    let gave_up = cluster.applied.last().expect("applied");
    assert_eq!(gave_up.1, 0);
    // The load leaves the window a minute later; only then the 130 s begin to be watched.
    assert!((320..=400).contains(&gave_up.0.whole_secs()), "{gave_up:?}");
}

/// What a tick can change, windows aside.
fn state(kpa: &Kpa) -> (i32, i32, bool, i32) {
    (kpa.desired(), kpa.excess_burst_capacity(), kpa.is_panicking(), kpa.max_panic_pods())
}

#[test]
fn a_sleeping_revision_would_not_have_decided_anything() {
    for json in ["{}", r#"{"target-burst-capacity": -1}"#, r#"{"target-burst-capacity": -1, "scale-down-delay": "30s"}"#] {
        let mut cluster = Cluster::new(json);
        cluster.arrive(Span::from_secs(1));
        let mut second = 0;
        while !cluster.kpa.is_asleep(cluster.now) {
            second += 1;
            cluster.run_until(SimTime::from_secs(second));
            assert!(second < 300, "{json} never sleeps");
        }
        let asleep = state(&cluster.kpa);
        assert_eq!(asleep.0, 0, "{json}");
        for later in 1..500 {
            let decided = cluster.kpa.tick(SimTime::from_secs(second + later), Some(0));
            assert!(decided.is_none_or(|it| !it.notify));
            assert_eq!(state(&cluster.kpa), asleep, "{json} after {later} s");
        }
    }
}

#[test]
fn a_new_revision_without_traffic_sleeps_only_if_silence_says_nothing() {
    let asleep = |json| Cluster::new(json).kpa.is_asleep(SimTime::ZERO);
    assert!(asleep("{}"), "until it is scraped");
    assert!(!asleep(r#"{"target-burst-capacity": -1}"#), "its first tick decides 0");
}
