//! A picture that another server sent: read as one of four raster formats, within bounds, and written anew
//! at our own size. What comes out holds pixels and nothing else: no script, no place where a photograph
//! was taken, no second file behind the first. Called by `actions` that fetch avatars, with
//! `spawn_blocking`: it takes processor time.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, GenericImageView as _, ImageDecoder as _, ImageFormat, ImageReader, Limits};

use crate::model::avatar::{Image, KEPT_PIXELS, MediaType};

/// Most bytes of a picture that are fetched.
pub const PICTURE_BYTES_MAX: usize = 512 * 1024;
/// Most pixels of a side, as sent.
pub const SIDE_PIXELS_MAX: u32 = 4_096;
/// Most bytes of memory for one picture while it is read.
const MEMORY_BYTES_MAX: u64 = 96 * 1024 * 1024;
/// Quality of a written JPEG, of 100.
const JPEG_QUALITY: u8 = 85;
/// The formats that are read. Never SVG, which is a program.
const FORMATS: [ImageFormat; 4] = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];

/// Why bytes are no picture that is kept. For the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no picture: {0}")]
pub struct BadPicture(String);

impl From<image::ImageError> for BadPicture {
    fn from(error: image::ImageError) -> Self {
        Self(error.to_string())
    }
}

/// Reads a picture, whatever its server called it, and writes it anew, [`KEPT_PIXELS`] square. Of a moving
/// picture the first frame is kept.
pub fn reencode(bytes: &[u8]) -> Result<Image, BadPicture> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|e| BadPicture(e.to_string()))?;
    if !reader.format().is_some_and(|format| FORMATS.contains(&format)) {
        return Err(BadPicture("of another format".into()));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_PIXELS_MAX);
    limits.max_image_height = Some(SIDE_PIXELS_MAX);
    limits.max_alloc = Some(MEMORY_BYTES_MAX);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    // Cut first: a strip that is scaled to fill a square is huge in between.
    let (width, height) = picture.dimensions();
    let side = width.min(height);
    let square = picture.crop_imm((width - side) / 2, (height - side) / 2, side, side);
    drop(picture);
    write(&square.resize_exact(KEPT_PIXELS, KEPT_PIXELS, FilterType::Triangle))
}

fn write(picture: &DynamicImage) -> Result<Image, BadPicture> {
    let mut bytes = Vec::new();
    let is_opaque = picture.pixels().all(|(_, _, pixel)| pixel.0[3] == u8::MAX);
    if is_opaque {
        picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?;
        return Ok(Image { media_type: MediaType::Jpeg, bytes });
    }
    picture.to_rgba8().write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?;
    Ok(Image { media_type: MediaType::Png, bytes })
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};
    use proptest::prelude::*;

    use super::*;

    fn sent(width: u32, height: u32, alpha: u8, format: ImageFormat) -> Vec<u8> {
        let picture = RgbaImage::from_pixel(width, height, Rgba([200, 30, 40, alpha]));
        let mut bytes = Vec::new();
        let picture = DynamicImage::ImageRgba8(picture);
        // JPEG has no transparency.
        let picture = if format == ImageFormat::Jpeg { picture.to_rgb8().into() } else { picture };
        picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    fn read(image: &Image) -> RgbaImage {
        image::load_from_memory(&image.bytes).unwrap().to_rgba8()
    }

    #[test]
    fn each_format_becomes_a_small_square_of_the_same_colour() {
        for format in FORMATS {
            for (width, height) in [(300, 200), (96, 96), (20, 40), (1, 1)] {
                let image = reencode(&sent(width, height, 255, format)).unwrap();
                let pixels = read(&image);
                assert_eq!((pixels.dimensions(), image.media_type), ((96, 96), MediaType::Jpeg), "{format:?}");
                let [r, g, b, _] = pixels.get_pixel(48, 48).0;
                assert!(r.abs_diff(200) < 6 && g.abs_diff(30) < 6 && b.abs_diff(40) < 6, "{format:?} {r} {g} {b}");
                assert!(image.bytes.len() < 4_096, "{}", image.bytes.len());
            }
        }
        let image = reencode(&sent(50, 50, 100, ImageFormat::Png)).unwrap();
        assert_eq!((image.media_type, read(&image).get_pixel(9, 9).0[3]), (MediaType::Png, 100));
    }

    #[test]
    fn what_is_no_picture_of_these_formats_is_refused() {
        let mut cut = sent(300, 200, 255, ImageFormat::Png);
        cut.truncate(cut.len() / 2);
        let bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0\0\0\0\0\x10\0\0\0";
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        for bytes in [&b""[..], b"GIF89a", b"<!doctype html><img src=x onerror=alert(1)>", svg, bmp, &cut] {
            assert!(reencode(bytes).is_err(), "{:?}", &bytes[..bytes.len().min(20)]);
        }
    }

    #[test]
    fn a_side_has_so_many_pixels_and_no_more() {
        assert!(reencode(&sent(SIDE_PIXELS_MAX, 1, 255, ImageFormat::Png)).is_ok());
        assert!(reencode(&sent(SIDE_PIXELS_MAX + 1, 1, 255, ImageFormat::Png)).is_err());
        assert!(reencode(&sent(1, SIDE_PIXELS_MAX + 1, 255, ImageFormat::Png)).is_err());
        // A header alone claims four thousand million pixels.
        let mut bomb = sent(1, 1, 255, ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        assert!(reencode(&bomb).is_err());
    }

    #[test]
    fn what_stands_behind_a_picture_is_gone() {
        let mut bytes = sent(30, 30, 255, ImageFormat::Gif);
        bytes.extend(b"<script>alert(1)</script>");
        let image = reencode(&bytes).unwrap();
        assert!(!image.bytes.windows(7).any(|w| w == b"<script"));
    }

    proptest! {
        /// Damage anywhere is an error or a picture, never a panic.
        #[test]
        fn damaged_pictures_do_no_harm(at in 0_usize..200, byte in any::<u8>(), which in 0_usize..4) {
            let mut bytes = sent(40, 30, 200, FORMATS[which]);
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(image) = reencode(&bytes) {
                prop_assert_eq!(read(&image).dimensions(), (96, 96));
            }
        }
    }
}
