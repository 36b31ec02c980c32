//! Counts over time, kept sparse and small: two varints an interval that is not empty.
//!
//! A full Azure day (46,000 functions, some ten million active minutes) would take about 25 MB; not all of it is kept
//! (`azure_2019/in_file.rs`).

use std::sync::Arc;

use crate::units::Span;

/// Intervals that are not empty, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    bytes: Arc<[u8]>,
    /// The unit in which beginnings are counted.
    unit: Span,
    /// How long an interval is.
    pub width: Span,
}

/// Writes a [`Series`].
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
    /// The beginning of the last interval, in units.
    last: u64,
    /// All counts added up.
    pub total: u64,
}

impl Writer {
    /// Adds an interval; not before the last one. Empty ones cost nothing.
    #[inline]
    pub fn push(&mut self, begins: u64, count: u32) {
        if count == 0 {
            return;
        }
        let gap = begins.checked_sub(self.last).expect("intervals in order");
        if gap < 0x80 && count < 0x80 {
            self.bytes.extend_from_slice(&[gap as u8, count as u8]);
        } else {
            push_varint(&mut self.bytes, gap);
            push_varint(&mut self.bytes, u64::from(count));
        }
        self.last = begins;
        self.total += u64::from(count);
    }

    /// How many bytes it takes so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The finished series.
    pub fn finish(self, unit: Span, width: Span) -> Series {
        Series { bytes: self.bytes.into(), unit, width }
    }
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Reads a [`Series`] from its beginning.
#[derive(Debug, Clone)]
pub struct Reader {
    series: Series,
    position: usize,
    last: u64,
}

impl Series {
    /// From the beginning.
    pub fn reader(&self) -> Reader {
        Reader { series: self.clone(), position: 0, last: 0 }
    }
}

impl Reader {
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.series.bytes.get(self.position)?;
            self.position += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        Some(value)
    }

    /// How long an interval is, in nanoseconds.
    pub fn width(&self) -> u64 {
        self.series.width.0
    }
}

impl Iterator for Reader {
    /// The beginning in nanoseconds, and the count.
    type Item = (u64, u32);

    fn next(&mut self) -> Option<(u64, u32)> {
        self.last += self.varint()?;
        let count = self.varint()?;
        Some((self.last * self.series.unit.0, count as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_zeros_are_free() {
        let mut writer = Writer::default();
        let pushed = [(0, 1), (1, 127), (3, 128), (500, 1_000_000_000), (1 << 40, 7)];
        for (begins, count) in pushed {
            writer.push(begins, count);
            writer.push(begins, 0);
        }
        assert_eq!(writer.total, 1_000_000_263);
        let series = writer.finish(Span(10), Span(10));
        let read: Vec<_> = series.reader().collect();
        assert_eq!(read, pushed.map(|(begins, count)| (begins * 10, count)));
        assert!(series.bytes.len() < 25, "{} bytes", series.bytes.len());
    }
}
