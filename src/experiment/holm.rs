//! Many figures judged at once: Holm's correction. Of twenty figures that did not change, one is significant at 5 % by
//! chance; after Holm, one such run in twenty has any.
//!
//! S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979) 65-70.

/// The p-values, each raised so that comparing it with a level keeps the chance of any false rejection below that level,
/// whatever hangs on what.
pub fn adjusted(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut highest: f64 = 0.0;
    for (rank, index) in order.into_iter().enumerate() {
        highest = highest.max((p[index] * (p.len() - rank) as f64).min(1.0));
        adjusted[index] = highest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::adjusted;

    /// Holm's own way: the smallest is multiplied by n, the next by n - 1; none falls below one before it.
    #[test]
    fn small_ones_are_raised_and_stay_in_order() {
        let raised = adjusted(&[0.01, 0.04, 0.03, 0.005]);
        let expected = [0.03, 0.06, 0.06, 0.02];
        assert!(raised.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{raised:?}");
        assert_eq!(adjusted(&[]), Vec::<f64>::new());
        assert_eq!(adjusted(&[0.02]), [0.02]);
        assert_eq!(adjusted(&[0.6, 0.7]), [1.0, 1.0]);
        assert_eq!(adjusted(&[0.0, 1.0]), [0.0, 1.0]);
    }
}
