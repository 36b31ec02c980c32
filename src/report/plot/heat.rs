//! A figure over two swept quantities: a panel for each policy, a block for each cell, one scale of colours for all.

use plotters::style::RGBColor;

use super::super::human;
use super::super::sweep::quantities;
use super::picture::{Anchor, GRID, INK, PAPER, Picture, SMALL, SOFT, WIDTH, fit, text_width};
use crate::experiment::{Standing, Sweep, SweptCell};

/// What is shown of a cell.
pub(super) struct Measure {
    key: &'static str,
    title: &'static str,
    write: fn(f64) -> String,
}

/// The whole bill.
pub(super) const COST: Measure = Measure { key: "cost.total", title: "cost", write: human::plain_amount };
/// The 99th percentile of latency.
pub(super) const P99: Measure = Measure { key: "latency_s.p99", title: "latency p99", write: human::seconds };
/// The share of requests that time out.
pub(super) const TIMEOUTS: Measure = Measure { key: "timeout_rate", title: "requests that time out", write: human::share };

/// Pale where there is little, dark where there is much.
const PALE: RGBColor = RGBColor(236, 244, 250);
const MIDDLE: RGBColor = RGBColor(104, 168, 212);
const DARK: RGBColor = RGBColor(0, 58, 104);
/// The mark of the frontier.
const MARK: RGBColor = RGBColor(213, 94, 0);

/// More panels than this are not shown.
const PANELS_MAX: usize = 8;
/// Size of the figures inside the cells.
const INSIDE: i32 = 12;
const TOP: i32 = 80;
const TITLE: i32 = 30;
/// Below a panel: its values, and the name of the axis.
const FOOT: i32 = 56;
const GAP: i32 = 26;

/// The cells that share a policy and every value but those of the two axes.
struct Panel<'s> {
    title: String,
    cells: Vec<&'s SweptCell>,
}

/// The plot of the first two quantities; none where less are varied.
pub(super) fn draw(sweep: &Sweep, measure: &Measure) -> Option<Picture> {
    let [across, up, ..] = *quantities(sweep).as_slice() else { return None };
    let panels = panels(sweep, across, up);
    let shown = &panels[..panels.len().min(PANELS_MAX)];
    let grid = Layout::new(sweep, across, up, shown.len());
    let unit = if measure.key == COST.key { format!(", {}", sweep.about.currency) } else { String::new() };
    let mut picture = Picture::new(grid.height(shown.len()), &format!("{}: {}{unit}", sweep.about.scenario, measure.title));
    let scale = Scale::of(shown.iter().flat_map(|panel| &panel.cells).filter_map(|cell| cell.figure(measure.key)).map(|it| it.point));
    legend(&mut picture, &scale, measure);
    if panels.len() > shown.len() {
        picture.note((WIDTH - 40, 55), &format!("{} of {} panels", shown.len(), panels.len()), Anchor::Right);
    }
    for (index, panel) in shown.iter().enumerate() {
        grid.panel(&mut picture, sweep, panel, index, &scale, measure);
    }
    Some(picture)
}

/// In the order of the cells. Those the axes mean nothing to have no panel.
fn panels(sweep: &Sweep, across: usize, up: usize) -> Vec<Panel<'_>> {
    let mut panels: Vec<Panel> = Vec::new();
    for cell in sweep.cells.iter().filter(|cell| cell.levels[across].is_some() && cell.levels[up].is_some()) {
        let others = sweep.axes.iter().enumerate().filter(|(index, axis)| ![across, up].contains(index) && axis.levels.len() > 1);
        let others = others.filter_map(|(index, axis)| Some(format!(", {} {}", axis.name, axis.levels[cell.levels[index]?])));
        let title = format!("{}{}", cell.policy, others.collect::<String>());
        match panels.iter_mut().find(|panel| panel.title == title) {
            Some(panel) => panel.cells.push(cell),
            None => panels.push(Panel { title, cells: vec![cell] }),
        }
    }
    panels
}

/// From values to colours.
struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
}

impl Scale {
    /// By ratio where the greatest is more than ten times the least.
    fn of(values: impl Iterator<Item = f64> + Clone) -> Scale {
        let low = values.clone().fold(f64::INFINITY, f64::min);
        let high = values.fold(0.0, f64::max);
        Scale { low: low.min(high), high, logarithmic: low > 0.0 && high > 10.0 * low }
    }

    fn part(&self, value: f64) -> f64 {
        match (self.high > self.low, self.logarithmic) {
            (false, _) => 0.0,
            (_, true) => libm::log(value / self.low) / libm::log(self.high / self.low),
            (_, false) => (value - self.low) / (self.high - self.low),
        }
    }

    fn value(&self, part: f64) -> f64 {
        if self.logarithmic { self.low * libm::pow(self.high / self.low, part) } else { self.low + part * (self.high - self.low) }
    }
}

fn shade(part: f64) -> RGBColor {
    let (from, to, part) = if part < 0.5 { (PALE, MIDDLE, part * 2.0) } else { (MIDDLE, DARK, part * 2.0 - 1.0) };
    let mix = |from: u8, to: u8| (f64::from(from) + part.clamp(0.0, 1.0) * (f64::from(to) - f64::from(from))).round() as u8;
    RGBColor(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

/// The scale from its least to its greatest value, and the mark of the frontier.
fn legend(picture: &mut Picture, scale: &Scale, measure: &Measure) {
    const BAR: i32 = 160;
    let y = 55;
    let low = (measure.write)(scale.value(0.0));
    let mut x = 20;
    picture.text((x, y), &low, SMALL, Anchor::Left, INK);
    x += text_width(&low, SMALL) + 8;
    if scale.high > scale.low {
        for step in 0..BAR {
            picture.block([(x + step, y - 7), (x + step + 1, y + 7)], shade(f64::from(step) / f64::from(BAR)));
        }
        let high = (measure.write)(scale.value(1.0));
        picture.text((x + BAR + 8, y), &high, SMALL, Anchor::Left, INK);
        x += BAR + 8 + text_width(&high, SMALL) + 8;
    } else {
        picture.text((x, y), "everywhere", SMALL, Anchor::Left, INK);
        x += text_width("everywhere", SMALL) + 8;
    }
    outline(picture, (x + 20, y - 8), (x + 36, y + 8));
    picture.text((x + 46, y), "on the frontier", SMALL, Anchor::Left, INK);
}

fn outline(picture: &mut Picture, from: (i32, i32), to: (i32, i32)) {
    let (left, top, right, bottom) = (from.0 + 1, from.1 + 1, to.0 - 1, to.1 - 1);
    picture.line(vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], MARK, 2, (0, 0));
}

/// Where the panels are and how large their cells.
struct Layout {
    across: usize,
    up: usize,
    columns: usize,
    /// Width of a panel with its margins.
    panel: i32,
    /// Left of the cells: the values of the vertical axis.
    margin: i32,
    cell: (i32, i32),
    rows: i32,
}

impl Layout {
    fn new(sweep: &Sweep, across: usize, up: usize, panels: usize) -> Layout {
        let columns = if panels > 1 { 2 } else { 1 };
        let panel = (WIDTH - 40 - GAP * (columns as i32 - 1)) / columns as i32;
        let widest = sweep.axes[up].levels.iter().map(|level| text_width(level, SMALL)).max().unwrap_or(0);
        let margin = widest.min(110) + 34;
        let (wide, rows) = (sweep.axes[across].levels.len() as i32, sweep.axes[up].levels.len() as i32);
        let cell = ((panel - margin) / wide.max(1), (380 / rows.max(1)).clamp(12, 40));
        Layout { across, up, columns, panel, margin, cell: (cell.0.max(1), cell.1), rows }
    }

    fn panel_height(&self) -> i32 {
        TITLE + self.rows * self.cell.1 + FOOT
    }

    fn height(&self, panels: usize) -> i32 {
        TOP + self.panel_height() * panels.div_ceil(self.columns) as i32 + 10
    }

    fn panel(&self, picture: &mut Picture, sweep: &Sweep, panel: &Panel, index: usize, scale: &Scale, measure: &Measure) {
        let left = 20 + (index % self.columns) as i32 * (self.panel + GAP);
        let top = TOP + (index / self.columns) as i32 * self.panel_height();
        let origin = (left + self.margin, top + TITLE);
        picture.text((origin.0, top + TITLE - 14), &fit(&panel.title, SMALL, self.panel - self.margin), SMALL, Anchor::Left, INK);
        for cell in &panel.cells {
            self.block(picture, origin, cell, scale, measure);
        }
        for cell in panel.cells.iter().filter(|cell| cell.standing == Standing::Frontier) {
            let [from, to] = self.corners(origin, cell);
            outline(picture, from, to);
        }
        self.labels(picture, sweep, origin);
    }

    /// The vertical axis grows upwards.
    fn corners(&self, origin: (i32, i32), cell: &SweptCell) -> [(i32, i32); 2] {
        let (x, y) = (cell.levels[self.across].unwrap_or(0) as i32, self.rows - 1 - cell.levels[self.up].unwrap_or(0) as i32);
        let from = (origin.0 + x * self.cell.0, origin.1 + y * self.cell.1);
        [from, (from.0 + self.cell.0, from.1 + self.cell.1)]
    }

    fn block(&self, picture: &mut Picture, origin: (i32, i32), cell: &SweptCell, scale: &Scale, measure: &Measure) {
        let [from, to] = self.corners(origin, cell);
        // A line of paper between cells where there is room for one.
        let line = i32::from(self.cell.0 > 6);
        let corners = [from, (to.0 - line, to.1 - line)];
        let Some(value) = cell.figure(measure.key).map(|it| it.point) else { return picture.block(corners, GRID) };
        let part = scale.part(value);
        picture.block(corners, shade(part));
        let text = (measure.write)(value);
        if text_width(&text, INSIDE) + 6 <= self.cell.0 && self.cell.1 >= INSIDE + 4 {
            let middle = ((from.0 + to.0) / 2, (from.1 + to.1) / 2);
            picture.text(middle, &text, INSIDE, Anchor::Middle, if part > 0.5 { PAPER } else { INK });
        }
    }

    /// The values of both axes, as many as fit, and their names.
    fn labels(&self, picture: &mut Picture, sweep: &Sweep, origin: (i32, i32)) {
        let (across, up) = (&sweep.axes[self.across], &sweep.axes[self.up]);
        let bottom = origin.1 + self.rows * self.cell.1;
        let mut free = i32::MIN;
        for (index, level) in across.levels.iter().enumerate() {
            let text = fit(level, SMALL, 90);
            let x = origin.0 + index as i32 * self.cell.0 + self.cell.0 / 2;
            if x - text_width(&text, SMALL) / 2 >= free {
                picture.note((x, bottom + 12), &text, Anchor::Middle);
                free = x + text_width(&text, SMALL) / 2 + 8;
            }
        }
        let every = (SMALL / self.cell.1 + 1) as usize;
        for (index, level) in up.levels.iter().enumerate().step_by(every) {
            let y = bottom - index as i32 * self.cell.1 - self.cell.1 / 2;
            picture.note((origin.0 - 8, y), &fit(level, SMALL, 110), Anchor::Right);
        }
        let width = self.panel - self.margin;
        let caption = fit(&format!("{} →   ↑ {}", across.name, up.name), SMALL, width);
        picture.text((origin.0, bottom + 34), &caption, SMALL, Anchor::Left, SOFT);
    }
}
