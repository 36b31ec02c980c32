//! Sweeps made by hand for tests.

use crate::experiment::frontier::{self, MEASURES, Values};
use crate::experiment::{About, CellRun, FIGURES, Standing, Sweep, SweptCell, Varied, figure};
use crate::report::sample::policies;
use crate::units::Kind;

/// Two policies, one of them with four values of a quantity.
pub(in crate::report) fn one_axis() -> Sweep {
    let mut cells: Vec<(&str, Vec<Option<usize>>)> = (0..4).map(|level| ("keep-one", vec![Some(level)])).collect();
    cells.push(("fixed-two", vec![None]));
    sweep(vec![min_scale(4)], cells, 4)
}

/// Two policies, each over two quantities.
pub(in crate::report) fn two_axes() -> Sweep {
    let names = ["keep-one", "scale-to-zero"];
    let cells = names.iter().flat_map(|name| (0..20).map(move |index| (*name, vec![Some(index / 5), Some(index % 5)])));
    sweep(vec![min_scale(4), idle()], cells.collect(), 4)
}

/// Everything a report must be able to show.
pub(in crate::report) fn all() -> Vec<Sweep> {
    let policies = sweep(Vec::new(), vec![("keep-one", vec![]), ("scale-to-zero", vec![])], 4);
    let wide = Varied { levels: (0..60).map(|it| it.to_string()).collect(), ..min_scale(0) };
    let wide = Varied { numbers: Some((Kind::Number, (0..60).map(f64::from).collect())), ..wide };
    let many = (0..60).flat_map(|a| (0..5).map(move |b| ("keep-one", vec![Some(a), Some(b)]))).collect();
    let names = (0..15).flat_map(|a| [0, 1].map(|b| ("a-policy-with-quite-a-long-name-that-goes-on", vec![Some(a), Some(b)]))).collect();
    let long =
        Varied { levels: (0..15).map(|it| format!("{{fixed: {{instances: {it}, and: so on}}}}")).collect(), numbers: None, ..min_scale(0) };
    let profiles = Varied {
        name: "profile".into(),
        path: "services.shop.cold-start.profile".into(),
        levels: vec!["eci".into(), "eci-imagecache".into()],
        numbers: None,
        logarithmic: false,
    };
    let mut lost = one_axis();
    lost.cells[1].gave_up = Some("given up".into());
    for cell in &mut lost.cells[1..3] {
        cell.figures = vec![None; FIGURES.len()];
        cell.standing = Standing::Unknown;
    }
    vec![
        one_axis(),
        two_axes(),
        policies,
        lost,
        sweep(vec![min_scale(4)], one_axis_cells(), 1),
        sweep(vec![wide, idle()], many, 2),
        sweep(vec![long, profiles], names, 3),
    ]
}

fn one_axis_cells() -> Vec<(&'static str, Vec<Option<usize>>)> {
    (0..4).map(|level| ("keep-one", vec![Some(level)])).collect()
}

fn min_scale(levels: u32) -> Varied {
    Varied {
        path: "services.shop.autoscaler.kpa.min-scale".into(),
        name: "min-scale".into(),
        levels: (0..levels).map(|it| it.to_string()).collect(),
        numbers: Some((Kind::Number, (0..levels).map(f64::from).collect())),
        logarithmic: false,
    }
}

fn idle() -> Varied {
    Varied {
        path: "services.shop.autoscaler.kpa.scale-to-zero-grace-period".into(),
        name: "scale-to-zero-grace-period".into(),
        levels: ["30s", "1m", "5m", "10m", "1h"].map(str::to_owned).to_vec(),
        numbers: Some((Kind::Time, vec![3e10, 6e10, 3e11, 6e11, 3.6e12])),
        logarithmic: true,
    }
}

/// Figures by formula: more instances cost more and let fewer wait.
fn sweep(axes: Vec<Varied>, cells: Vec<(&str, Vec<Option<usize>>)>, replications: u32) -> Sweep {
    let head = policies(1).about;
    let values: Vec<Values> = cells.iter().enumerate().map(|(index, (_, levels))| values(index, levels, replications)).collect();
    let standings = frontier::standings(&values.iter().collect::<Vec<_>>());
    let cell = |name: &str, levels: Vec<Option<usize>>, values: Values, standing: Standing| {
        let run = CellRun { values, gave_up: None };
        let figures = (0..FIGURES.len())
            .map(|column| crate::experiment::Estimate::of(&run.values.iter().filter_map(|row| row[column]).collect::<Vec<_>>()));
        SweptCell { policy: name.to_owned(), also: Vec::new(), levels, figures: figures.collect(), standing, gave_up: None }
    };
    let parts = cells.into_iter().zip(values).zip(standings);
    let cells = parts.map(|(((name, levels), values), standing)| cell(name, levels, values, standing)).collect();
    Sweep { about: About { replications, ..head }, axes, cells }
}

fn values(index: usize, levels: &[Option<usize>], replications: u32) -> Values {
    let first = levels.first().copied().flatten().unwrap_or(2) as f64;
    let second = levels.get(1).copied().flatten().unwrap_or(0) as f64;
    let row = |replication: u32| {
        let wobble = 1.0 + 0.02 * f64::from((replication * 7 + index as u32 * 3) % 5);
        let measures =
            [(4.0 + 3.0 * first + second) * wobble, 9.0 / (1.0 + first * 2.0 + second) * wobble, 0.02 / (1.0 + 4.0 * first * second)];
        let mut row = vec![Some(1.0); FIGURES.len()];
        row[figure::find("error_rate").expect("a figure").0] = Some(0.0);
        for (key, value) in MEASURES.iter().zip(measures) {
            row[figure::find(key).expect("a measure is a figure").0] = Some(value);
        }
        row
    };
    (0..replications).map(row).collect()
}
