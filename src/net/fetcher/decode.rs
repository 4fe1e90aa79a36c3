//! Content encodings: one layer of gzip, deflate or brotli, decoded piece by piece into a buffer that
//! cannot grow beyond its limit, whatever the bytes promise.

use std::io::{self, Write};

use flate2::write::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::error::FetchError;

/// Most decoded bytes for one encoded byte …
pub const RATIO_MAX: usize = 100;
/// … once this many bytes have been decoded (small pages of blanks compress well and hurt nobody).
pub const RATIO_FREE_BYTES: usize = 64 * 1024;

/// Encoded bytes given to a decoder at once: with deflate's best ratio of about 1000, so small a piece
/// keeps the ratio that [`Bounded`] sees close to the true one.
const PIECE_BYTES: usize = 256;
/// Size of brotli's own buffer.
const BROTLI_BUFFER_BYTES: usize = 4 * 1024;

/// Whether the decoder can take more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// More bytes are welcome.
    More,
    /// The limit is reached, or the stream has ended: further bytes change nothing.
    Done,
}

/// A body being decoded.
pub(super) struct Decoder {
    stream: Stream,
}

enum Stream {
    Identity(Bounded),
    Gzip(GzDecoder<Bounded>),
    /// "deflate" before its first byte has told which of its two meanings it has.
    Deflate(Bounded),
    Zlib(ZlibDecoder<Bounded>),
    RawDeflate(DeflateDecoder<Bounded>),
    Brotli(Box<brotli::DecompressorWriter<Bounded>>),
}

impl Decoder {
    /// A decoder for the values of Content-Encoding, giving at most `limit` bytes.
    pub(super) fn new<'a>(
        encodings: impl Iterator<Item = &'a http::HeaderValue>,
        limit: usize,
    ) -> Result<Self, FetchError> {
        let fields: Vec<String> =
            encodings.map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase()).collect();
        let mut layers =
            fields.iter().flat_map(|field| field.split(',')).map(str::trim).filter(|l| !matches!(*l, "" | "identity"));
        let (layer, second) = (layers.next(), layers.next());
        if second.is_some() {
            return Err(FetchError::Encoding("more than one layer".to_owned()));
        }
        let out = Bounded { out: Vec::new(), limit, encoded_bytes: 0, is_full: false };
        let stream = match layer {
            None => Stream::Identity(out),
            Some("gzip" | "x-gzip") => Stream::Gzip(GzDecoder::new(out)),
            Some("deflate") => Stream::Deflate(out),
            Some("br") => Stream::Brotli(Box::new(brotli::DecompressorWriter::new(out, BROTLI_BUFFER_BYTES))),
            Some(other) => return Err(FetchError::Encoding(format!("unknown: {other}"))),
        };
        Ok(Self { stream })
    }

    /// Takes the next bytes from the wire.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Progress, FetchError> {
        self.settle_deflate(bytes);
        if let Stream::Identity(out) = &mut self.stream {
            return Ok(out.take(bytes));
        }
        for piece in bytes.chunks(PIECE_BYTES) {
            self.out().encoded_bytes += piece.len();
            let progress = self.push_piece(piece)?;
            if progress == Progress::Done {
                return Ok(progress);
            }
        }
        Ok(Progress::More)
    }

    fn push_piece(&mut self, mut piece: &[u8]) -> Result<Progress, FetchError> {
        while !piece.is_empty() {
            let written = match self.writer().write(piece) {
                Ok(written) => written,
                Err(_) if self.out().is_full => return Ok(Progress::Done),
                Err(error) => return Err(broken(&error)),
            };
            // A decoder that takes nothing has seen its end; what follows is padding.
            if written == 0 {
                return Ok(Progress::Done);
            }
            piece = piece.get(written..).unwrap_or_default();
        }
        Ok(Progress::More)
    }

    /// The decoded bytes, and whether there would have been more. `is_complete` says that the wire's
    /// last byte was pushed, so that an encoded stream must have ended well.
    pub(super) fn finish(mut self, is_complete: bool) -> Result<(Vec<u8>, bool), FetchError> {
        let ended = match &mut self.stream {
            Stream::Identity(_) | Stream::Deflate(_) => Ok(()),
            Stream::Gzip(decoder) => decoder.try_finish(),
            Stream::Zlib(decoder) => decoder.try_finish(),
            Stream::RawDeflate(decoder) => decoder.try_finish(),
            Stream::Brotli(decoder) => decoder.close(),
        };
        let out = self.out();
        match ended {
            Err(error) if is_complete && !out.is_full => Err(broken(&error)),
            _ => Ok((std::mem::take(&mut out.out), out.is_full || !is_complete)),
        }
    }

    /// "deflate" is zlib by RFC 9110 §8.4.1.2 and bare deflate by many servers; zlib's first byte tells.
    fn settle_deflate(&mut self, bytes: &[u8]) {
        let (Stream::Deflate(out), Some(first)) = (&mut self.stream, bytes.first()) else { return };
        let out = std::mem::take(out);
        let is_zlib = first & 0x0f == 8 && first >> 4 <= 7;
        self.stream =
            if is_zlib { Stream::Zlib(ZlibDecoder::new(out)) } else { Stream::RawDeflate(DeflateDecoder::new(out)) };
    }

    fn writer(&mut self) -> &mut dyn Write {
        match &mut self.stream {
            Stream::Identity(out) | Stream::Deflate(out) => out,
            Stream::Gzip(decoder) => decoder,
            Stream::Zlib(decoder) => decoder,
            Stream::RawDeflate(decoder) => decoder,
            Stream::Brotli(decoder) => decoder,
        }
    }

    fn out(&mut self) -> &mut Bounded {
        match &mut self.stream {
            Stream::Identity(out) | Stream::Deflate(out) => out,
            Stream::Gzip(decoder) => decoder.get_mut(),
            Stream::Zlib(decoder) => decoder.get_mut(),
            Stream::RawDeflate(decoder) => decoder.get_mut(),
            Stream::Brotli(decoder) => decoder.get_mut(),
        }
    }
}

fn broken(error: &io::Error) -> FetchError {
    FetchError::Encoding(error.to_string())
}

/// The buffer that decoders write to: holds `limit` bytes, and fails when offered more, or when what it
/// is offered is too much for what was read.
#[derive(Default)]
struct Bounded {
    out: Vec<u8>,
    limit: usize,
    encoded_bytes: usize,
    is_full: bool,
}

impl Bounded {
    /// Keeps what fits.
    fn take(&mut self, bytes: &[u8]) -> Progress {
        let room = self.limit - self.out.len();
        if bytes.len() > room {
            self.is_full = true;
        }
        self.out.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if self.is_full { Progress::Done } else { Progress::More }
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let decoded_bytes = self.out.len() + bytes.len();
        if decoded_bytes > RATIO_FREE_BYTES && decoded_bytes > RATIO_MAX * self.encoded_bytes {
            return Err(io::Error::other("decompression bomb"));
        }
        match self.take(bytes) {
            Progress::More => Ok(bytes.len()),
            Progress::Done => Err(io::Error::other("full")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use http::HeaderValue;

    use super::*;

    const LIMIT: usize = 1024 * 1024;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("to memory");
        encoder.finish().expect("to memory")
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut encoded = Vec::new();
        let mut input = bytes;
        brotli::BrotliCompress(&mut input, &mut encoded, &brotli::enc::BrotliEncoderParams::default())
            .expect("to memory");
        encoded
    }

    fn decode(encoding: &str, bytes: &[u8], limit: usize) -> Result<(Vec<u8>, bool), FetchError> {
        let value = HeaderValue::from_str(encoding).expect("a header value");
        let mut decoder = Decoder::new(std::iter::once(&value), limit)?;
        for chunk in bytes.chunks(1000) {
            if decoder.push(chunk)? == Progress::Done {
                break;
            }
        }
        decoder.finish(true)
    }

    /// Text that does not compress to nothing.
    fn page(bytes: usize) -> Vec<u8> {
        (0_u32..).flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_le_bytes()).take(bytes).collect()
    }

    #[test]
    fn each_encoding_gives_the_page_back_up_to_the_limit() {
        let zlib = |bytes: &[u8]| {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes).expect("to memory");
            encoder.finish().expect("to memory")
        };
        let raw = |bytes: &[u8]| {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(bytes).expect("to memory");
            encoder.finish().expect("to memory")
        };
        for bytes in [0, 1, 999, 70_000, 70_001, 90_000] {
            let page = page(bytes);
            let encoded: [(&str, Vec<u8>); 8] = [
                ("identity", page.clone()),
                ("", page.clone()),
                ("gzip", gzip(&page)),
                ("X-GZIP", gzip(&page)),
                ("deflate", zlib(&page)),
                ("deflate", raw(&page)),
                ("br", brotli(&page)),
                ("identity, gzip", gzip(&page)),
            ];
            for (encoding, wire) in encoded {
                let (decoded, is_cut) = decode(encoding, &wire, 70_000).expect(encoding);
                assert!(decoded == page[..bytes.min(70_000)], "{encoding} {bytes}");
                assert_eq!(is_cut, bytes > 70_000, "{encoding} {bytes}");
            }
        }
    }

    #[test]
    fn bombs_are_errors() {
        let zeros = vec![0; 4 * 1024 * 1024];
        for (encoding, wire) in [("gzip", gzip(&zeros)), ("br", brotli(&zeros))] {
            let error = decode(encoding, &wire, LIMIT).expect_err(encoding);
            assert_eq!(error, FetchError::Encoding("decompression bomb".into()), "{encoding}");
        }
        let small = vec![0; RATIO_FREE_BYTES];
        assert_eq!(decode("gzip", &gzip(&small), LIMIT), Ok((small, false)));
        assert!(decode("gzip", &gzip(&vec![0; RATIO_FREE_BYTES + 1]), LIMIT).is_err());
    }

    #[test]
    fn layers_unknown_and_broken_encodings_are_errors() {
        let wire = gzip(b"hello");
        for encoding in ["gzip, gzip", "gzip,br", "zstd", "compress"] {
            assert!(matches!(decode(encoding, &wire, LIMIT), Err(FetchError::Encoding(_))), "{encoding}");
        }
        assert!(matches!(decode("gzip", b"<html>", LIMIT), Err(FetchError::Encoding(_))));
        assert!(matches!(decode("br", b"<html><body>", LIMIT), Err(FetchError::Encoding(_))));
        let cut = &wire[..wire.len() - 9];
        assert!(matches!(decode("gzip", cut, LIMIT), Err(FetchError::Encoding(_))));
        let once = decode("gzip", &gzip(&wire), LIMIT).expect("the outer layer");
        assert_eq!(once, (wire, false), "only the declared layer is taken off");
    }

    #[test]
    fn padding_after_the_stream_is_ignored() {
        let mut wire = gzip(b"hello");
        wire.extend_from_slice(&[0; 4096]);
        assert_eq!(decode("gzip", &wire, LIMIT), Ok((b"hello".to_vec(), false)));
    }
}
