//! Paints a picture on any backend of plotters.

use plotters::coord::Shift;
use plotters::element::DashedPathElement;
use plotters::prelude::{
    Circle, Color, DrawingArea, DrawingAreaErrorKind, DrawingBackend, IntoFont, PathElement, Polygon, RGBColor, Rectangle, Text,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{ShapeStyle, TextStyle, WHITE};

use super::picture::{Anchor, Picture, Point, Shape};

/// What a backend does with pixels and letters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Canvas {
    /// Its pixels for one of the picture, a side.
    pub scale: i32,
    /// How far below their point it must draw letters to centre them, in letter sizes.
    pub text_drop: f64,
}

/// Paints all shapes, the first lowest.
pub(super) fn paint<DB: DrawingBackend>(
    picture: &Picture,
    root: &DrawingArea<DB, Shift>,
    canvas: Canvas,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    root.fill(&WHITE)?;
    for shape in &picture.shapes {
        draw(shape, root, canvas)?;
    }
    root.present()
}

fn draw<DB: DrawingBackend>(
    shape: &Shape,
    root: &DrawingArea<DB, Shift>,
    Canvas { scale, text_drop }: Canvas,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    let up = |(x, y): Point| (x * scale, y * scale);
    let all = |points: &[Point]| points.iter().copied().map(up).collect::<Vec<Point>>();
    match shape {
        Shape::Line { points, colour, width, dash: (dash, gap) } => {
            let stroke = colour.stroke_width(width * scale as u32);
            match dash {
                0 => root.draw(&PathElement::new(all(points), stroke)),
                _ => root.draw(&DashedPathElement::new(all(points), dash * scale, gap * scale, stroke)),
            }
        }
        Shape::Area { points, colour } => root.draw(&Polygon::new(all(points), ShapeStyle::from(colour).filled())),
        Shape::Block { corners, colour } => root.draw(&Rectangle::new(corners.map(up), ShapeStyle::from(colour).filled())),
        Shape::Dot { at, radius, colour } => root.draw(&Circle::new(up(*at), radius * scale, ShapeStyle::from(colour).filled())),
        Shape::Text { at, text, size, anchor, colour } => {
            let (x, y) = up(*at);
            let drop = (f64::from(size * scale) * text_drop).round() as i32;
            root.draw(&Text::new(text.clone(), (x, y + drop), style(size * scale, *anchor, *colour)))
        }
    }
}

fn style(size: i32, anchor: Anchor, colour: RGBColor) -> TextStyle<'static> {
    let horizontal = match anchor {
        Anchor::Left => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::Right => HPos::Right,
    };
    let style = TextStyle::from(("sans-serif", size).into_font()).pos(Pos::new(horizontal, VPos::Center));
    TextStyle { color: colour.to_backend_color(), ..style }
}
