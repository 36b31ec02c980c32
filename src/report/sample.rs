//! Comparisons made by hand for tests: a shop that is busy by day, under policies that differ as real ones do.

use crate::experiment::break_even::{Crossing, GapLine, GatewayRate, KeepAliveTime, Pays, ReserveRule, Seen, Side};
use crate::experiment::figure::bill_of;
use crate::experiment::revision::{revision_results, revision_values};
use crate::experiment::sensitivity::{Input, MeasureRange, PolicyRange, Sensitivity, Swing, Together};
use crate::experiment::{About, BookBill, BreakEvens, Comparison, CostLine, Difference, Estimate, FIGURES, PolicyResult, Sample};
use crate::experiment::{Doubt, Looks, Open, Settling};
use crate::observe::histogram::bucket_of;
use crate::observe::timeline::Series;
use crate::observe::{CreditBucket, CreditSeries, Outcome, Part, RevisionOutcome, Timeline, blame::Parts};
use crate::units::{Money, SimTime, Span};

const DAY: Span = Span::from_secs(86_400);

/// A made-up policy: instances by night and by day, cold requests a day, their wait and its price an instance-hour.
#[derive(Clone, Copy)]
struct Recipe(&'static str, u64, u64, u64, u64, f64);

const RECIPES: [Recipe; 6] = [
    Recipe("keep-one", 1, 2, 3, 8, 0.39),
    Recipe("scale-to-zero", 0, 2, 25, 10, 0.39),
    Recipe("keep-alive", 0, 3, 9, 11, 0.39),
    Recipe("fixed-two", 2, 2, 0, 0, 0.39),
    Recipe("reserve-burstable-2c4g", 1, 2, 6, 1, 0.24),
    Recipe("keep-one-again", 1, 2, 3, 8, 0.39),
];

/// The first so many policies, four replications each.
pub(super) fn policies(n: usize) -> Comparison {
    comparison(&RECIPES[..n], 4, 60)
}

/// Three policies, one replication, of which two hours are left out.
pub(super) fn once() -> Comparison {
    let mut once = comparison(&RECIPES[..3], 1, 60);
    once.about.warmup = Span::from_secs(7200);
    once
}

/// Two policies that nobody calls.
pub(super) fn silent() -> Comparison {
    comparison(&RECIPES[..2], 4, 0)
}

/// Two policies of a scenario with two ranges.
pub(super) fn ranged() -> Comparison {
    let input = |name: &str, path: &str, text: &str, values: [&str; 3]| Input {
        path: path.to_owned(),
        name: name.to_owned(),
        text: text.to_owned(),
        values: values.map(str::to_owned),
    };
    let difference = |by: f64| Estimate { point: by, low: by - 0.01, high: by + 0.01, replications: 4 };
    let swing = |at_low: f64, at_high: f64| Swing { at_low, at_high, difference: difference(at_high - at_low) };
    let range = |middle: f64, by: [f64; 2]| MeasureRange {
        middle,
        low: middle - by[0] / 2.0,
        high: middle + by[0] / 2.0,
        swings: by.map(|by| swing(middle - by / 2.0, middle + by / 2.0)).to_vec(),
    };
    let policy = |name: &str, cheapest_in: usize| PolicyRange {
        name: name.to_owned(),
        measures: vec![Some(range(10.0, [2.0, 0.1])), Some(range(3.0, [0.0, 1.5])), None],
        cheapest_in,
    };
    let sensitivity = Sensitivity {
        inputs: vec![
            input("price", "services.shop.instance.price", "0.30..0.36", ["0.3", "0.33", "0.36"]),
            input("image", "services.shop.cold-start.image", "300MB..500MB", ["300MB", "400MB", "500MB"]),
        ],
        together: Together::Corners(4),
        replications: 4,
        policies: vec![policy("keep-one", 5), policy("scale-to-zero", 4)],
        points: 9,
    };
    Comparison { sensitivity: Some(sensitivity), ..policies(2) }
}

/// A closed form of every kind.
pub(super) fn break_evens() -> BreakEvens {
    let keep_alive = |policy: &str, idle_per_hour: Option<f64>| KeepAliveTime {
        policy: policy.to_owned(),
        service: "shop".to_owned(),
        start_billed_s: 30.0,
        start_cost: 0.00325,
        idle_per_hour,
        break_even_s: idle_per_hour.map(|idle| 0.00325 * 3600.0 / idle),
        kept_s: 600.0,
    };
    let side = |name: &str, per_hour: f64| Side { name: name.to_owned(), per_hour, start_billed_s: 30.0 };
    let line = GapLine { break_even_s: Some(105.0), swap_cost: 0.00840, saved_per_hour: 0.287 };
    let reserve =
        |policy: &str, against: Option<&str>, (name, per_hour, replicas): (&str, f64, u32), pays: Pays, seen: Option<Seen>| ReserveRule {
            policy: policy.to_owned(),
            service: "shop".to_owned(),
            against: against.map(str::to_owned),
            standard: side("c5", 0.62),
            reserve: side(name, per_hour),
            replicas,
            drain_s: 5.0,
            pays,
            seen,
        };
    let saved = Estimate { point: 0.56, low: 0.55, high: 0.57, replications: 4 };
    let seen = Seen { gaps: 12.0, gap_mean_s: 7200.0, away_share: 0.5, expected: line.saving(7200.0), saved };
    let gateway = |against: &str, crossing: Crossing| GatewayRate {
        policy: "hosted".to_owned(),
        against: against.to_owned(),
        silent_per_hour: 0.267,
        own_per_hour: 0.815,
        crossing,
        seen_per_second: 0.5,
        seen_per_hour: 0.3,
    };
    BreakEvens {
        keep_alive: vec![keep_alive("keep-alive", Some(0.39)), keep_alive("keep-alive-again", Some(0.39)), keep_alive("free", None)],
        reserve: vec![
            reserve("reserve", Some("keep-one"), ("t5", 0.333, 1), Pays::InGaps(line), Some(seen)),
            reserve("kept", None, ("t6", 0.236, 2), Pays::IfAwayOver(0.38), None),
        ],
        gateway: vec![gateway("self-hosted", Crossing::PerSecond(7000.0))],
    }
}

/// Two policies with closed forms.
pub(super) fn with_break_evens() -> Comparison {
    Comparison { break_evens: break_evens(), ..policies(2) }
}

/// Two policies, of which the second has burstable instances that run out of credits by day, and none in the first hour.
pub(super) fn with_credits() -> Comparison {
    let mut with = policies(2);
    let series = &mut with.policies[1].merged.credits;
    *series = CreditSeries::new(DAY);
    for (index, bucket) in series.buckets.iter_mut().enumerate().skip(12) {
        let left = 600_000_u64.saturating_sub(5000 * index as u64);
        *bucket = CreditBucket {
            instances: 4,
            balance_millis: u128::from(left),
            advance_millis: if index > 120 { 40_000 } else { 0 },
            present_ns: 1000,
            throttled_ns: if index > 120 { 700 } else { 0 },
        };
    }
    with
}

/// A dozen policies with long names that lie close together, as in a sweep.
fn many() -> Comparison {
    let mut many = comparison(&RECIPES[..4].repeat(3), 4, 20);
    for (index, policy) in many.policies.iter_mut().enumerate() {
        policy.name = format!("target-burst-capacity={} scale-down-delay={index}m", index * 211);
    }
    many
}

/// Everything a report must be able to show.
pub(super) fn all() -> Vec<Comparison> {
    let mut bare = Comparison { baseline: None, policies: vec![policies(1).policies.remove(0)], ..policies(1) };
    bare.about.question = None;
    let free = comparison(&[Recipe("free", 1, 1, 0, 0, 0.0), Recipe("paid", 0, 1, 5, 70, 0.39)], 4, 1);
    vec![
        policies(1),
        policies(2),
        policies(4),
        policies(5),
        policies(6),
        once(),
        silent(),
        split(),
        bare,
        free,
        many(),
        settling(),
        ranged(),
        with_break_evens(),
        with_credits(),
    ]
}

/// Two policies of a service that splits its traffic over two revisions.
pub(super) fn split() -> Comparison {
    let mut split = policies(2);
    for (index, policy) in split.policies.iter_mut().enumerate() {
        for (revision, share) in [("v1", 2), ("v2", 1 + index as u64)] {
            let mut seen = RevisionOutcome::new(revision, DAY);
            seen.timeline.buckets.iter_mut().enumerate().for_each(|(at, bucket)| bucket.arrived = (at as u64 % 7) * share);
            seen.found = seen.timeline.buckets.iter().map(|it| it.arrived).collect();
            seen.meant_ppm.iter_mut().enumerate().for_each(|(at, meant)| *meant = (at as u64 % 7) * 1_500_000);
            seen.found_total = seen.found.iter().sum();
            seen.tally.arrived = seen.found_total;
            seen.meant_total_ppm = seen.meant_ppm.iter().map(|it| u128::from(*it)).sum();
            seen.timeline.add(Series::Ready, SimTime::ZERO, SimTime(DAY.0), share);
            policy.merged.revisions.insert(("shop".to_owned(), policy.merged.revisions.len() as u32), seen);
        }
        let values = revision_values(&policy.merged, DAY);
        policy.revisions = revision_results([values.as_slice()].into_iter());
    }
    split
}

/// Replications were added in vain.
pub(super) fn settling() -> Comparison {
    let comparison = policies(2);
    let estimate = comparison.policies[1].figures[0].expect("a figure");
    let doubt = |what| Open { policy: 1, figure: 0, what, estimate };
    let looks = Looks { planned: vec![2, 4], taken: 2, settled: false };
    Comparison { settling: Some(Settling { looks, open: vec![doubt(Doubt::Difference), doubt(Doubt::Precision)] }), ..comparison }
}

fn comparison(recipes: &[Recipe], replications: u64, per_bucket: u64) -> Comparison {
    let runs: Vec<Vec<(Outcome, Money)>> =
        recipes.iter().map(|recipe| (0..replications).map(|replication| run(recipe, replication, per_bucket)).collect()).collect();
    let about = About {
        version: "0.1.0",
        scenario: "night-shop".to_owned(),
        question: Some("What should stand in for the shop's API while it sleeps?".to_owned()),
        scenario_hash: "8f14e45fceea167a5a36dedd4bea2543e0d3c1a9".to_owned(),
        seed: 1,
        replications: replications as u32,
        horizon: DAY,
        warmup: Span::ZERO,
        price_book: "aliyun-cn-hangzhou".to_owned(),
        currency: "CNY".to_owned(),
        warnings: vec!["this is a sample".to_owned()],
    };
    Comparison {
        about,
        policies: recipes
            .iter()
            .zip(&runs)
            .enumerate()
            .map(|(index, (recipe, own))| policy(recipe.0, own, (index > 0).then_some(&runs[0])))
            .collect(),
        baseline: Some(0),
        break_evens: BreakEvens::default(),
        sensitivity: None,
        settling: None,
    }
}

fn policy(name: &str, runs: &[(Outcome, Money)], baseline: Option<&Vec<(Outcome, Money)>>) -> PolicyResult {
    let mut merged = Outcome::default();
    runs.iter().for_each(|(outcome, _)| merged.merge(outcome));
    let taken = |runs: &[(Outcome, Money)], index: usize| -> Vec<Option<f64>> {
        runs.iter().map(|(outcome, cost)| (FIGURES[index].take)(&Sample { outcome, bill: &bill_of(*cost) })).collect()
    };
    let figures: Vec<_> =
        (0..FIGURES.len()).map(|index| Estimate::of(&taken(runs, index).into_iter().flatten().collect::<Vec<_>>())).collect();
    let estimate = |key: &str| figures[FIGURES.iter().position(|figure| figure.key == key).unwrap()];
    let (total, month, million) =
        (estimate("cost.total").unwrap(), estimate("cost.per_30_days").unwrap(), estimate("cost.per_million_requests"));
    let lines = [("serving", 0.6), ("idle", 0.3), ("starting", 0.1)];
    let line = |(line, share): &(&str, f64)| CostLine {
        line: (*line).to_owned(),
        item: None,
        role: Some("standard".to_owned()),
        quantity: share * total.point / 0.39,
        unit: "instance-hour".to_owned(),
        amount: share * total.point,
    };
    let other = BookBill {
        price_book: "another-book".to_owned(),
        total,
        per_30_days: month,
        per_million_requests: million,
        lines: lines.iter().map(line).collect(),
    };
    let difference = |base: &Vec<(Outcome, Money)>, index| {
        let pairs = taken(runs, index).into_iter().zip(taken(base, index));
        let values: Vec<f64> = pairs.filter_map(|(own, base)| Some(own? - base?)).collect();
        Estimate::of(&values).map(|estimate| Difference { estimate, significant: estimate.excludes_zero(), variance_ratio: None })
    };
    PolicyResult {
        name: name.to_owned(),
        figures,
        differences: baseline.map(|base| (0..FIGURES.len()).map(|index| difference(base, index)).collect()),
        cost_lines: lines.iter().map(line).collect(),
        bills: vec![other],
        revisions: Vec::new(),
        merged,
    }
}

/// Scatter that is the same in every test run.
fn scatter(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 40) as f64 / (1u64 << 24) as f64
}

/// One replication: five-minute buckets, busy between 8 and 22 o'clock.
fn run(recipe: &Recipe, replication: u64, per_bucket: u64) -> (Outcome, Money) {
    let Recipe(_, night, day, cold, wait_s, price) = *recipe;
    let mut state = replication * 77 + 5;
    let mut outcome = Outcome { measured: DAY, timeline: Timeline::new(DAY), ..Outcome::default() };
    for bucket in 0..288 {
        let busy = (96..264).contains(&bucket);
        let (start, end) = (SimTime::from_secs(bucket * 300), SimTime::from_secs(bucket * 300 + 300));
        stand(&mut outcome, if busy { day } else { night }, start, end);
        let hill = if busy { 1.0 - ((bucket as f64 - 180.0) / 90.0).abs() } else { 0.0 };
        let requests = (per_bucket as f64 * hill.max(0.0) * (0.8 + 0.4 * scatter(&mut state))) as u64;
        (0..requests).for_each(|_| warm(&mut outcome, start, scatter(&mut state)));
        if per_bucket > 0 && cold > 0 && bucket % (288 / cold) == 0 {
            wake(&mut outcome, start, wait_s as f64 * (0.8 + 0.5 * scatter(&mut state)));
        }
    }
    let jitter = 1.0 + 0.03 * scatter(&mut state) * f64::from(u8::from(night != day));
    let hours = outcome.instances.alive_ns as f64 / 3.6e12;
    outcome.tally.assert_conserved();
    (outcome, Money((hours * price * jitter * 1e9) as i128))
}

fn stand(outcome: &mut Outcome, instances: u64, start: SimTime, end: SimTime) {
    outcome.instances.alive_ns += u128::from((end - start).0 * instances);
    outcome.instances.ready_ns += u128::from((end - start).0 * instances);
    outcome.timeline.add(Series::Ready, start, end, instances);
    outcome.timeline.add(Series::Desired, start, end, instances);
    let bucket = outcome.timeline.at(start);
    bucket.instances_peak = bucket.instances_peak.max(instances as u32);
}

fn arrive(outcome: &mut Outcome, at: SimTime, latency: Span) {
    outcome.tally.arrived += 1;
    let bucket = outcome.timeline.at(at);
    bucket.arrived += 1;
    bucket.latency_ns += u128::from(latency.0);
    bucket.latency_max_ns = bucket.latency_max_ns.max(latency.0);
    outcome.timeline.add(Series::Concurrency, at, at + latency, 1);
    outcome.latency.record(latency);
}

fn warm(outcome: &mut Outcome, at: SimTime, u: f64) {
    let latency = Span::from_secs_f64(0.03 + 0.05 * u / (1.002 - u));
    arrive(outcome, at, latency);
    outcome.tally.completed += 1;
    outcome.timeline.at(at).completed += 1;
    outcome.blame.record_warm(bucket_of(latency), Span::from_millis(4));
}

/// A request that finds nothing and waits for all five steps; it gives up after ten seconds.
fn wake(outcome: &mut Outcome, at: SimTime, wait_s: f64) {
    let lost = wait_s > 10.0;
    let wait_s = wait_s.min(10.0);
    let mut parts = Parts::default();
    for (part, share) in [
        (Part::Allocation, 0.1),
        (Part::Scheduling, 0.002),
        (Part::ImagePull, 0.3),
        (Part::ContainerCreation, 0.05),
        (Part::AppStart, 0.548),
    ] {
        parts[part as usize] = Span::from_secs_f64(wait_s * share).0;
    }
    parts[Part::Hops as usize] = 4_000_000;
    parts[Part::Execution as usize] = if lost { 0 } else { 80_000_000 };
    let latency = Span(parts.iter().sum());
    arrive(outcome, at, latency);
    outcome.blame.record(latency, &parts);
    outcome.waited.record(latency);
    outcome.instances.cold_starts += 1;
    outcome.wake_ups += 1;
    outcome.wake_ups_timed_out += u64::from(lost);
    let bucket = outcome.timeline.at(at);
    bucket.waited += 1;
    if lost {
        bucket.timed_out += 1;
        outcome.tally.timed_out_gateway += 1;
    } else {
        bucket.completed += 1;
        outcome.tally.completed += 1;
    }
    outcome.timeline.add(Series::Starting, at, at + Span::from_secs_f64(wait_s * 20.0), 1);
}
