//! stub
pub(super) struct Plot;
pub(super) const LATENCY: Plot = Plot;
pub(super) const TIMELINE: Plot = Plot;
pub(super) const COST_LATENCY: Plot = Plot;
pub(super) fn svg(_: &Plot, _: &crate::experiment::Comparison) -> Vec<u8> {
    vec![]
}
pub(super) fn png(_: &Plot, _: &crate::experiment::Comparison) -> Vec<u8> {
    vec![]
}
