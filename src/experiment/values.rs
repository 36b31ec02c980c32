//! A figure's values, one a replication, taken out of what was run.

use super::simulate::Replicas;

/// The values of a figure; nothing where a replication does not have it.
pub fn series(replicas: &Replicas, figure: usize) -> Vec<Option<f64>> {
    replicas.each.iter().map(|replica| replica.figures[figure]).collect()
}

/// Those that exist.
pub fn present(series: &[Option<f64>]) -> Vec<f64> {
    series.iter().copied().flatten().collect()
}

/// `mine` less `theirs`, replication by replication, where both exist: what both share (the requests) falls out.
pub fn paired(mine: &[Option<f64>], theirs: &[Option<f64>]) -> Vec<f64> {
    mine.iter().zip(theirs).filter_map(|(mine, theirs)| Some((*mine)? - (*theirs)?)).collect()
}
