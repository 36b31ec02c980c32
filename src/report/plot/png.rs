//! A PNG file from pixels: the four chunks the format asks for, nothing else. Not a general encoder.

use std::io::Write;

use flate2::{Compression, Crc, write::ZlibEncoder};

/// An image of 8-bit RGB pixels, row by row.
pub(super) fn encode(width: u32, rgb: &[u8]) -> Vec<u8> {
    let row = width as usize * 3;
    assert_eq!(rgb.len() % row, 0, "the last row is incomplete");
    let height = (rgb.len() / row) as u32;
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]); // bits, RGB, deflate, filter by row, not interlaced
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"IDAT", &compress(rgb.chunks(row)));
    chunk(&mut file, b"IEND", &[]);
    file
}

/// Rows without a filter: large areas of one colour need none.
fn compress<'a>(rows: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    const NO_FILTER: u8 = 0;
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    for row in rows {
        encoder.write_all(&[NO_FILTER]).and_then(|()| encoder.write_all(row)).expect("writing to memory");
    }
    encoder.finish().expect("writing to memory")
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    file.extend((data.len() as u32).to_be_bytes());
    file.extend(kind);
    file.extend(data);
    file.extend(crc.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_chunk_has_the_check_sum_of_every_png() {
        let file = encode(1, &[1, 2, 3]);
        assert!(file.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82"));
        assert_eq!(file[16..24], [0, 0, 0, 1, 0, 0, 0, 1]);
    }
}
