//! Shapes in pixels: what a plot is before it is SVG or PNG. Later shapes lie over earlier ones.

use plotters::prelude::{IntoFont, RGBColor};
use plotters::style::WHITE;

/// A pixel, from the top left.
pub(super) type Point = (i32, i32);

/// Width of every picture.
pub(super) const WIDTH: i32 = 900;
/// Text sizes.
pub(super) const TITLE: i32 = 20;
/// Of everything but the title.
pub(super) const SMALL: i32 = 15;

pub(super) const INK: RGBColor = RGBColor(40, 40, 40);
pub(super) const SOFT: RGBColor = RGBColor(105, 105, 105);
pub(super) const GRID: RGBColor = RGBColor(226, 226, 226);
pub(super) const PAPER: RGBColor = WHITE;
pub(super) const VEIL: RGBColor = RGBColor(240, 240, 240);

/// Okabe and Ito's colours, told apart by every eye; black and yellow are left out.
const PALETTE: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];
/// Dash and gap, so that lines differ without colour and show where they lie upon each other. 0: unbroken.
const DASHES: [(i32, i32); 6] = [(0, 0), (12, 6), (3, 5), (14, 12), (7, 10), (2, 9)];

/// The colour of the policy with this index.
pub(super) fn colour(index: usize) -> RGBColor {
    PALETTE[index % PALETTE.len()]
}

/// The dash of the policy with this index.
pub(super) fn dash(index: usize) -> (i32, i32) {
    // Shifted by one a round, so that the seventh policy is not the first again.
    DASHES[(index + index / PALETTE.len()) % DASHES.len()]
}

/// Where a text hangs on its point. Vertically it is centred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// What can be drawn.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Line { points: Vec<Point>, colour: RGBColor, width: u32, dash: (i32, i32) },
    Area { points: Vec<Point>, colour: RGBColor },
    Block { corners: [Point; 2], colour: RGBColor },
    Dot { at: Point, radius: i32, colour: RGBColor },
    Text { at: Point, text: String, size: i32, anchor: Anchor, colour: RGBColor },
}

/// A picture.
#[derive(Debug, Clone)]
pub(in crate::report) struct Picture {
    height: i32,
    pub(super) shapes: Vec<Shape>,
}

impl Picture {
    /// A white one with a title.
    pub(super) fn new(height: i32, title: &str) -> Picture {
        let mut picture = Picture { height, shapes: Vec::new() };
        picture.text((20, 24), &fit(title, TITLE, WIDTH - 40), TITLE, Anchor::Left, INK);
        picture
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (WIDTH as u32, self.height as u32)
    }

    pub(super) fn line(&mut self, points: Vec<Point>, colour: RGBColor, width: u32, dash: (i32, i32)) {
        self.shapes.push(Shape::Line { points, colour, width, dash });
    }

    pub(super) fn thin(&mut self, from: Point, to: Point, colour: RGBColor) {
        self.line(vec![from, to], colour, 1, (0, 0));
    }

    pub(super) fn area(&mut self, points: Vec<Point>, colour: RGBColor) {
        self.shapes.push(Shape::Area { points, colour });
    }

    pub(super) fn block(&mut self, corners: [Point; 2], colour: RGBColor) {
        self.shapes.push(Shape::Block { corners, colour });
    }

    pub(super) fn dot(&mut self, at: Point, radius: i32, colour: RGBColor) {
        self.shapes.push(Shape::Dot { at, radius, colour });
    }

    pub(super) fn text(&mut self, at: Point, text: &str, size: i32, anchor: Anchor, colour: RGBColor) {
        self.shapes.push(Shape::Text { at, text: text.to_owned(), size, anchor, colour });
    }

    /// Small soft text.
    pub(super) fn note(&mut self, at: Point, text: &str, anchor: Anchor) {
        self.text(at, text, SMALL, anchor, SOFT);
    }

    /// Samples and names below each other where they do not fit into a line; returns the height that takes.
    pub(super) fn legend(&mut self, top: i32, entries: &[(String, RGBColor, (i32, i32))]) -> i32 {
        const SAMPLE: i32 = 34;
        const LINE: i32 = 22;
        let (mut x, mut y) = (20, top + LINE / 2);
        for (name, colour, dash) in entries {
            let name = fit(name, SMALL, WIDTH - 60 - SAMPLE);
            let width = SAMPLE + 8 + text_width(&name, SMALL) + 24;
            if x > 20 && x + width > WIDTH {
                (x, y) = (20, y + LINE);
            }
            self.line(vec![(x, y), (x + SAMPLE, y)], *colour, 3, *dash);
            self.text((x + SAMPLE + 8, y), &name, SMALL, Anchor::Left, INK);
            x += width;
        }
        y + LINE / 2 - top
    }

    /// Panics if a text leaves the picture or lies on another.
    #[cfg(test)]
    #[track_caller]
    pub(super) fn assert_legible(&self) {
        let mut seen: Vec<(String, [Point; 2])> = Vec::new();
        for shape in &self.shapes {
            let Shape::Text { at, text, size, anchor, .. } = shape else { continue };
            let own = text_box(*at, text, *size, *anchor);
            assert!(own[0].0 >= 0 && own[0].1 >= 0 && own[1].0 <= WIDTH && own[1].1 <= self.height, "`{text}` is cut: {own:?}");
            for (other, theirs) in &seen {
                assert!(!overlap(own, *theirs), "`{text}` {own:?} lies on `{other}` {theirs:?}");
            }
            seen.push((text.clone(), own));
        }
    }
}

/// How wide a text is.
pub(super) fn text_width(text: &str, size: i32) -> i32 {
    ("sans-serif", size).into_font().box_size(text).map_or(0, |(width, _)| width as i32)
}

/// The pixels a text covers: top left and bottom right.
pub(super) fn text_box(at: Point, text: &str, size: i32, anchor: Anchor) -> [Point; 2] {
    let width = text_width(text, size);
    let left = match anchor {
        Anchor::Left => at.0,
        Anchor::Middle => at.0 - width / 2,
        Anchor::Right => at.0 - width,
    };
    [(left, at.1 - size / 2), (left + width, at.1 + size / 2)]
}

/// Whether two boxes share a pixel.
pub(super) fn overlap(a: [Point; 2], b: [Point; 2]) -> bool {
    a[0].0 < b[1].0 && b[0].0 < a[1].0 && a[0].1 < b[1].1 && b[0].1 < a[1].1
}

/// The text, cut to a width.
pub(super) fn fit(text: &str, size: i32, width: i32) -> String {
    let mut cut: Vec<char> = text.chars().collect();
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    while !cut.is_empty() && text_width(&format!("{}…", cut.iter().collect::<String>()), size) > width {
        cut.pop();
    }
    format!("{}…", cut.into_iter().collect::<String>().trim_end())
}
