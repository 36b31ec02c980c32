//! Pictures of the answer, as SVG and PNG.
//!
//! ```text
//! Comparison ──draw──► Picture (shapes in pixels) ──paint──► SVG text
//!                                                 └────────► PNG bytes
//! ```
//!
//! Each plot is a pure function to a [`Picture`]; one painter serves both backends. The font is embedded: no
//! system font is ever looked for, and a PNG is the same bytes everywhere.

mod agreement;
mod bill;
mod cost_latency;
mod credits;
mod frame;
mod frontier;
mod heat;
mod label;
mod latency;
mod lines;
mod paint;
mod picture;
mod png;
mod reserve;
mod shares;
mod swings;
mod ticks;
mod timeline;
mod tornado;

use plotters::prelude::{BitMapBackend, IntoDrawingArea, SVGBackend};
use plotters::style::{FontStyle, register_font};

use self::paint::{Canvas, paint};
use self::picture::Picture;
use crate::experiment::validate::Judged;
use crate::experiment::{Comparison, Sweep};

/// A plot.
pub(super) type Plot<T = Comparison> = fn(&T) -> Picture;

/// A plot that not every answer has.
pub(super) type SomePlot<T = Comparison> = fn(&T) -> Option<Picture>;

/// How many requests are slower than a latency.
pub(super) const LATENCY: Plot = latency::draw;
/// Traffic and instances over time.
pub(super) const TIMELINE: Plot = timeline::draw;
/// Cost against the 99th percentile of latency.
pub(super) const COST_LATENCY: Plot = cost_latency::draw;

/// What the money of every policy bought.
pub(super) const BILL: Plot = bill::draw;
/// CPU credits over time.
pub(super) const CREDITS: SomePlot = credits::draw;
/// What reserves save in idle gaps.
pub(super) const RESERVE: SomePlot = reserve::draw;
/// What the scenario's ranges do.
pub(super) const SWINGS: SomePlot = swings::draw;
/// Cost against the 99th percentile of latency for the cells of a sweep, the frontier drawn.
pub(super) const FRONTIER: Plot<Sweep> = frontier::draw;
/// Cost, latency and timeouts over one swept quantity.
pub(super) const LINES: SomePlot<Sweep> = lines::draw;
/// Cost over two swept quantities.
pub(super) const HEAT_COST: SomePlot<Sweep> = |sweep| heat::draw(sweep, &heat::COST);
/// The 99th percentile of latency over two swept quantities.
pub(super) const HEAT_P99: SomePlot<Sweep> = |sweep| heat::draw(sweep, &heat::P99);
/// The timeout rate over two swept quantities.
pub(super) const HEAT_TIMEOUTS: SomePlot<Sweep> = |sweep| heat::draw(sweep, &heat::TIMEOUTS);
/// What changes where one cause of waiting is taken away.
pub(super) const TORNADO: Plot = tornado::draw;

/// What a case of a validation simulated against what is known.
pub(super) const AGREEMENT: Plot<Judged> = agreement::draw;

/// The shares of revisions over time.
pub(super) const SHARES: SomePlot = shares::draw;

static FONT: &[u8] = include_bytes!("../font/DejaVuSans-subset.ttf");

const SVG: Canvas = Canvas { scale: 1, text_drop: 0.0 };
/// Twice as dense, for sharp letters on today's screens. Plotters centres bitmap letters by their height above the
/// base line, which leaves them 0.14 of their size too high.
const BITMAP: Canvas = Canvas { scale: 2, text_drop: 0.14 };

/// Makes the embedded font known to plotters. Needed before a text is measured or drawn; done once.
fn register() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| assert!(register_font("sans-serif", FontStyle::Normal, FONT).is_ok(), "the embedded font is broken"));
}

/// The plot as an SVG document.
pub(super) fn svg<T>(plot: Plot<T>, answer: &T) -> Vec<u8> {
    register();
    svg_of(&plot(answer))
}

/// The same, where there is such a plot.
pub(super) fn svg_if<T>(plot: SomePlot<T>, answer: &T) -> Option<Vec<u8>> {
    register();
    plot(answer).as_ref().map(svg_of)
}

fn svg_of(picture: &Picture) -> Vec<u8> {
    let mut text = String::new();
    let root = SVGBackend::with_string(&mut text, picture.size()).into_drawing_area();
    paint(picture, &root, SVG).expect("drawing into memory");
    drop(root);
    text.push('\n');
    text.into_bytes()
}

/// The plot as a PNG file.
pub(super) fn png<T>(plot: Plot<T>, answer: &T) -> Vec<u8> {
    register();
    png_of(&plot(answer))
}

/// The same, where there is such a plot.
pub(super) fn png_if<T>(plot: SomePlot<T>, answer: &T) -> Option<Vec<u8>> {
    register();
    plot(answer).as_ref().map(png_of)
}

fn png_of(picture: &Picture) -> Vec<u8> {
    let (width, height) = picture.size();
    let (width, height) = (width * BITMAP.scale as u32, height * BITMAP.scale as u32);
    let mut rgb = vec![0; (width * height * 3) as usize];
    let root = BitMapBackend::with_buffer(&mut rgb, (width, height)).into_drawing_area();
    paint(picture, &root, BITMAP).expect("drawing into memory");
    drop(root);
    png::encode(width, &rgb)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn no_text_is_cut_or_covered_by_another() {
        register();
        for comparison in sample::all() {
            for plot in [LATENCY, TIMELINE, COST_LATENCY, BILL] {
                plot(&comparison).assert_legible();
            }
            [CREDITS, RESERVE].iter().filter_map(|plot| plot(&comparison)).for_each(|it| it.assert_legible());
        }
    }

    #[test]
    fn no_text_of_a_sensitivity_is_cut_or_covered() {
        register();
        SWINGS(&sample::ranged()).unwrap().assert_legible();
        assert!(SWINGS(&sample::policies(2)).is_none());
    }

    #[test]
    fn no_text_of_a_sweep_is_cut_or_covered() {
        register();
        for sweep in super::super::sweep::sample::all() {
            FRONTIER(&sweep).assert_legible();
            [LINES, HEAT_COST, HEAT_P99, HEAT_TIMEOUTS].iter().filter_map(|plot| plot(&sweep)).for_each(|it| it.assert_legible());
        }
    }

    #[test]
    fn shares_are_drawn_where_a_service_has_several_revisions() {
        register();
        SHARES(&sample::split()).expect("two revisions").assert_legible();
        assert!(SHARES(&sample::policies(2)).is_none());
    }

    #[test]
    fn no_text_of_a_validation_is_cut_or_covered() {
        register();
        super::super::validate::sample::all().iter().flat_map(|it| &it.cases).for_each(|case| AGREEMENT(case).assert_legible());
    }

    #[test]
    fn credits_and_reserves_are_drawn_where_there_are_some() {
        register();
        assert!(CREDITS(&sample::with_credits()).is_some() && CREDITS(&sample::policies(2)).is_none());
        assert!(RESERVE(&sample::with_break_evens()).is_some() && RESERVE(&sample::policies(2)).is_none());
    }

    #[test]
    fn an_empty_run_says_so() {
        let svg = String::from_utf8(svg(LATENCY, &sample::silent())).unwrap();
        assert!(svg.contains("no requests"), "{svg}");
        assert!(!svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn a_png_begins_like_one() {
        assert!(png(COST_LATENCY, &sample::once()).starts_with(b"\x89PNG\r\n\x1a\n"));
    }
}
