//! Finds a place for every label beside its point: inside the frame, on no other label, on no point.

use super::picture::{Anchor, Point, SMALL, overlap, text_box};

/// Where a label goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Its anchor point.
    pub at: Point,
    /// How it hangs on it.
    pub anchor: Anchor,
    /// Whether it is so far from its point that a line must join them.
    pub far: bool,
}

/// Places the labels one after another; `taken` are boxes that none may cover.
pub(super) fn places(points: &[(Point, &str)], frame: [Point; 2], mut taken: Vec<[Point; 2]>) -> Vec<Place> {
    let mut places = Vec::new();
    for (point, text) in points {
        let own = |place: &Place| text_box(place.at, text, SMALL, place.anchor);
        let free = |place: &Place| inside(own(place), frame) && taken.iter().all(|other| !overlap(own(place), *other));
        let chosen = candidates(*point).find(free).unwrap_or(Place { at: *point, anchor: Anchor::Left, far: false });
        taken.push(own(&chosen));
        places.push(chosen);
    }
    places
}

/// Beside, above and below the point, then the same further away.
fn candidates((x, y): Point) -> impl Iterator<Item = Place> {
    (0..24).flat_map(move |ring| {
        let (dx, dy, far) = (12 + ring * 10, 14 + ring * 16, ring > 0);
        [
            Place { at: (x + dx, y - dy), anchor: Anchor::Left, far },
            Place { at: (x + dx, y + dy), anchor: Anchor::Left, far },
            Place { at: (x - dx, y - dy), anchor: Anchor::Right, far },
            Place { at: (x - dx, y + dy), anchor: Anchor::Right, far },
            Place { at: (x, y - dy - 6), anchor: Anchor::Middle, far },
            Place { at: (x, y + dy + 6), anchor: Anchor::Middle, far },
        ]
    })
}

fn inside(own: [Point; 2], frame: [Point; 2]) -> bool {
    own[0].0 >= frame[0].0 && own[0].1 >= frame[0].1 && own[1].0 <= frame[1].0 && own[1].1 <= frame[1].1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_points_get_labels_apart() {
        super::super::register();
        let points = [((100, 100), "keep-one"), ((100, 100), "keep-two"), ((100, 100), "keep-three")];
        let places = places(&points, [(0, 0), (400, 400)], Vec::new());
        for (index, place) in places.iter().enumerate() {
            for (other, (_, text)) in places[..index].iter().zip(&points) {
                let (a, b) = (text_box(place.at, points[index].1, SMALL, place.anchor), text_box(other.at, text, SMALL, other.anchor));
                assert!(!overlap(a, b), "{places:?}");
            }
        }
    }
}
