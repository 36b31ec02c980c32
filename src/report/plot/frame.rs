//! A rectangle with two axes: values to pixels, grid, marks and captions.

use super::picture::{Anchor, GRID, INK, PAPER, Picture, Point, SMALL};
use super::ticks::Tick;

/// One axis.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    logarithmic: bool,
    ticks: Vec<Tick>,
}

impl Axis {
    /// From `low` to `high`, evenly.
    pub(super) fn linear(low: f64, high: f64, ticks: Vec<Tick>) -> Axis {
        assert!(low < high, "an axis from {low} to {high}");
        Axis { low, high, logarithmic: false, ticks }
    }

    /// From 0 to the last tick.
    pub(super) fn from_zero(ticks: Vec<Tick>) -> Axis {
        Axis::linear(0.0, ticks.last().expect("an axis has marks").0, ticks)
    }

    /// From `low` to `high`, by ratio.
    pub(super) fn logarithmic(low: f64, high: f64, ticks: Vec<Tick>) -> Axis {
        assert!(0.0 < low && low < high, "a logarithmic axis from {low} to {high}");
        Axis { low, high, logarithmic: true, ticks }
    }

    /// The same with other marks.
    pub(super) fn marked(self, ticks: Vec<Tick>) -> Axis {
        Axis { ticks, ..self }
    }

    /// Both ends.
    pub(super) fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Where a value lies on an axis of so many pixels.
    pub(super) fn pixel(&self, value: f64, width: i32) -> i32 {
        (self.place(value) * f64::from(width)).round() as i32
    }

    /// Where a value lies between the ends, 0 to 1; beyond them at the end.
    fn place(&self, value: f64) -> f64 {
        let value = value.clamp(self.low, self.high);
        if self.logarithmic {
            libm::log10(value / self.low) / libm::log10(self.high / self.low)
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }
}

/// The rectangle.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// Top left.
    pub from: Point,
    /// Bottom right.
    pub to: Point,
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
}

impl Frame {
    /// The pixel of a pair of values.
    pub(super) fn point(&self, x: f64, y: f64) -> Point {
        let (width, height) = (f64::from(self.to.0 - self.from.0), f64::from(self.to.1 - self.from.1));
        (self.from.0 + (self.x.place(x) * width).round() as i32, self.to.1 - (self.y.place(y) * height).round() as i32)
    }

    /// Grid lines, the labels of the y axis and the base line.
    pub(super) fn draw(&self, picture: &mut Picture) {
        for (value, label) in &self.y.ticks {
            let (_, y) = self.point(self.x.low, *value);
            picture.thin((self.from.0, y), (self.to.0, y), GRID);
            picture.note((self.from.0 - 8, y), label, Anchor::Right);
        }
        for (value, _) in &self.x.ticks {
            let (x, _) = self.point(*value, self.y.low);
            picture.thin((x, self.from.1), (x, self.to.1), GRID);
        }
        self.draw_base(picture);
    }

    /// The base line, once more where something was drawn over it.
    pub(super) fn draw_base(&self, picture: &mut Picture) {
        picture.thin((self.from.0, self.to.1), self.to, INK);
    }

    /// Labels below the x axis.
    pub(super) fn draw_x_labels(&self, picture: &mut Picture) {
        for (value, label) in &self.x.ticks {
            let (x, _) = self.point(*value, self.y.low);
            picture.thin((x, self.to.1), (x, self.to.1 + 5), INK);
            picture.note((x, self.to.1 + 16), label, Anchor::Middle);
        }
    }

    /// What the axes mean: the y axis above its top, the x axis below its labels.
    pub(super) fn captions(&self, picture: &mut Picture, x: &str, y: &str) {
        picture.text((20, self.from.1 - 18), y, SMALL, Anchor::Left, INK);
        picture.text(((self.from.0 + self.to.0) / 2, self.to.1 + 40), x, SMALL, Anchor::Middle, INK);
    }

    /// A word in the middle, where there is nothing to draw.
    pub(super) fn say(&self, picture: &mut Picture, text: &str) {
        let (x, y) = ((self.from.0 + self.to.0) / 2, (self.from.1 + self.to.1) / 2);
        picture.block([(x - 70, y - 14), (x + 70, y + 14)], PAPER);
        picture.note((x, y), text, Anchor::Middle);
    }
}
