//! The file with the durations: a distribution for each function.
//!
//! The percentiles are those of averages over 30 seconds; only Minimum and Maximum are of single invocations. The
//! distribution is log-linear between the quantiles 1, 25, 50, 75 and 99 %, the extremes of the averages at 1/Count
//! from either end, and the true extremes at the ends. The clock of the trace ticks in milliseconds, so a 0 (and an
//! Average of 0, which 3 % of the functions have) means "below one": half a millisecond.
//!
//! A function that is missing has a mean drawn once (the same in every run, keyed by its hash) from the lognormal of
//! the ATC'20 paper, μ −0.38 and σ 2.36 in ln seconds, cut at the platform's limit of 10 minutes, and a lognormal with
//! σ 0.6 around it. The 0.6 is a guess: no source tells how much invocations of one function differ.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::azure_2021::code;
use super::super::number::decimal;
use super::super::table::Table;
use crate::engine::dist::{DistSpec, Lognormal};
use crate::engine::{Dist, Streams};
use crate::error::Error;
use crate::traffic::kind::Files;
use crate::traffic::workload::Function;
use crate::units::Span;

/// How long a function executes.
#[derive(Debug, Clone)]
pub struct Law {
    pub dist: Arc<Dist>,
    /// The mean the trace tells, or that of the fallback.
    pub mean: Span,
    /// How many invocations it stands for.
    count: u64,
}

/// The laws of all functions, by application and function.
pub struct Durations(BTreeMap<(String, String), Law>);

const QUANTILES: [(f64, &str); 5] = [
    (0.01, "percentile_Average_1"),
    (0.25, "percentile_Average_25"),
    (0.50, "percentile_Average_50"),
    (0.75, "percentile_Average_75"),
    (0.99, "percentile_Average_99"),
];

const NAMES: [&str; 13] = [
    "HashApp",
    "HashFunction",
    "Average",
    "Count",
    "Minimum",
    "Maximum",
    "percentile_Average_0",
    "percentile_Average_100",
    QUANTILES[0].1,
    QUANTILES[1].1,
    QUANTILES[2].1,
    QUANTILES[3].1,
    QUANTILES[4].1,
];

impl Durations {
    /// Reads the file. Of a function that is there several times (it was made anew) the row with most invocations counts.
    pub fn read(path: &str, files: &Files) -> Result<Durations, Error> {
        let mut table = Table::open(path, &*files.open)?;
        let columns = table.columns(NAMES)?;
        let mut laws = BTreeMap::new();
        while table.next_row()? {
            let law = law(&table, &columns)?;
            let key = (table.text(columns[0])?.to_owned(), table.text(columns[1])?.to_owned());
            if laws.get(&key).is_none_or(|known: &Law| known.count < law.count) {
                laws.insert(key, law);
            }
        }
        Ok(Durations(laws))
    }

    /// The law of a function, or the fallback.
    pub fn of(&self, function: &Function) -> Law {
        let key = (function.app.clone(), function.id.clone());
        self.0.get(&key).cloned().unwrap_or_else(|| fallback(function))
    }
}

/// Milliseconds as nanoseconds; a zero is half a millisecond.
fn milliseconds(table: &Table, column: usize) -> Result<Span, Error> {
    let ns = decimal(table.field(column), 6).map_err(|bad| table.refuse_field(column, code(bad), bad.words()))?;
    Ok(if ns == 0 { Span(500_000) } else { Span(ns) })
}

fn law(table: &Table, columns: &[usize; 13]) -> Result<Law, Error> {
    let ms = |i: usize| milliseconds(table, columns[i]);
    let bad_count = |bad| table.refuse_field(columns[3], code(bad), super::super::number::BadNumber::words(bad));
    let count = decimal(table.field(columns[3]), 0).map_err(bad_count)?;
    let mut points = vec![(0.0, ms(4)?)];
    let edge = 1.0 / count.max(1) as f64;
    let averages = edge < 0.01;
    if averages {
        points.push((edge, ms(6)?));
    }
    for (i, (p, _)) in QUANTILES.iter().enumerate() {
        points.push((*p, ms(8 + i)?));
    }
    if averages {
        points.push((1.0 - edge, ms(7)?));
    }
    points.push((1.0, ms(5)?));
    Ok(Law { dist: Arc::new(empirical(&points)), mean: ms(2)?, count })
}

/// Quantiles never fall: averages and single invocations come from different logs and disagree at the edges.
fn empirical(points: &[(f64, Span)]) -> Dist {
    let p = points.iter().map(|(p, _)| *p).collect();
    let x = points.iter().scan(Span::ZERO, |highest, (_, x)| {
        *highest = (*highest).max(*x);
        Some(*highest)
    });
    Dist::new(&DistSpec::Empirical { p, x: x.collect() })
}

fn fallback(function: &Function) -> Law {
    const LONGEST: Span = Span::from_secs(600);
    let averages = Lognormal { median: Some(Span::from_secs_f64(libm::exp(-0.38))), sigma: Some(2.36), mean: None, cv: None };
    let mut rng = Streams::new(2019, 0).child("duration").child(&function.app).child(&function.id).rng();
    let mean = Dist::new(&DistSpec::Lognormal(averages)).sample(&mut rng).clamp(Span::from_millis(1), LONGEST);
    let median = Span::from_secs_f64(mean.as_secs_f64() * libm::exp(-0.18));
    let around = Lognormal { median: Some(median), sigma: Some(0.6), mean: None, cv: None };
    Law { dist: Arc::new(Dist::new(&DistSpec::Lognormal(around))), mean, count: 0 }
}
