//! Bytes of a file as bounded UTF-8: encoding from byte order mark or declaration, and a limit on
//! what one token may hold.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding};

/// How far into a file an encoding declaration is looked for, bytes.
const DECLARATION_WINDOW: usize = 1024;

/// What is wrong with the bytes of a file; wrapped in [`io::Error`] on its way through the parser.
#[derive(Debug, thiserror::Error)]
pub(super) enum InputProblem {
    #[error("one text or tag of more than {0} bytes")]
    TokenTooLong(u64),
    #[error("bytes that are not {0}")]
    NotInEncoding(&'static str),
}

/// The start of a file, read for its declaration, and the rest.
type Whole = io::Chain<io::Cursor<Vec<u8>>, Box<dyn Read + Send>>;

/// A reader that gives UTF-8 and refuses tokens beyond a limit.
pub(super) struct XmlInput {
    inner: BufReader<Whole>,
    /// `None` for UTF-8, which the parser checks itself with exact positions.
    decoder: Option<Decoder>,
    decoded: Vec<u8>,
    decoded_at: usize,
    finished: bool,
    token_limit: u64,
    token: u64,
}

impl XmlInput {
    /// Looks at the start of the file and sets up decoding. The error text says what is wrong
    /// with the declaration.
    pub(super) fn open(
        mut file: Box<dyn Read + Send>,
        token_limit: u64,
    ) -> io::Result<Result<XmlInput, String>> {
        let mut head = Vec::with_capacity(DECLARATION_WINDOW);
        file.by_ref()
            .take(DECLARATION_WINDOW as u64)
            .read_to_end(&mut head)?;
        let (encoding, mark) = match encoding_of(&head) {
            Ok(found) => found,
            Err(problem) => return Ok(Err(problem)),
        };
        head.drain(..mark);
        if !looks_like_xml(&head, encoding) {
            return Ok(Err(describe_head(&head)));
        }
        Ok(Ok(XmlInput {
            inner: BufReader::with_capacity(64 * 1024, io::Cursor::new(head).chain(file)),
            decoder: (encoding != encoding_rs::UTF_8)
                .then(|| encoding.new_decoder_without_bom_handling()),
            decoded: Vec::new(),
            decoded_at: 0,
            finished: false,
            token_limit,
            token: 0,
        }))
    }

    /// Says that a new token starts.
    pub(super) fn new_token(&mut self) {
        self.token = 0;
    }

    fn decode_more(&mut self) -> io::Result<()> {
        let Some(decoder) = &mut self.decoder else {
            return Ok(());
        };
        while self.decoded_at == self.decoded.len() && !self.finished {
            let raw = self.inner.fill_buf()?;
            let last = raw.is_empty();
            let room = decoder
                .max_utf8_buffer_length_without_replacement(raw.len())
                .unwrap_or(raw.len().saturating_mul(4))
                .max(16);
            self.decoded.resize(room, 0);
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(raw, &mut self.decoded, last);
            self.decoded.truncate(written);
            self.decoded_at = 0;
            self.inner.consume(read);
            match result {
                DecoderResult::Malformed(..) => {
                    self.finished = true;
                    let problem = InputProblem::NotInEncoding(decoder.encoding().name());
                    return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
                }
                DecoderResult::InputEmpty if last => self.finished = true,
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            }
        }
        Ok(())
    }
}

impl Read for XmlInput {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let given = self.fill_buf()?;
        let n = given.len().min(out.len());
        out[..n].copy_from_slice(&given[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for XmlInput {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.token > self.token_limit {
            let problem = InputProblem::TokenTooLong(self.token_limit);
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        if self.decoder.is_none() {
            return self.inner.fill_buf();
        }
        self.decode_more()?;
        Ok(&self.decoded[self.decoded_at..])
    }

    fn consume(&mut self, amount: usize) {
        self.token += amount as u64;
        if self.decoder.is_none() {
            self.inner.consume(amount);
        } else {
            self.decoded_at = (self.decoded_at + amount).min(self.decoded.len());
        }
    }
}

/// Encoding and length of the byte order mark.
fn encoding_of(head: &[u8]) -> Result<(&'static Encoding, usize), String> {
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        return Ok((encoding, mark));
    }
    match head {
        [0, b'<', ..] => return Ok((encoding_rs::UTF_16BE, 0)),
        [b'<', 0, ..] => return Ok((encoding_rs::UTF_16LE, 0)),
        _ => {}
    }
    let Some(label) = declared_encoding(head) else {
        return Ok((encoding_rs::UTF_8, 0));
    };
    match Encoding::for_label(label) {
        // Readable as bytes although declared as two-byte: some exporters write the label of
        // their in-memory strings.
        Some(e) if e == encoding_rs::UTF_16LE || e == encoding_rs::UTF_16BE => {
            Ok((encoding_rs::UTF_8, 0))
        }
        Some(encoding) => Ok((encoding, 0)),
        None => Err(format!(
            "unknown encoding {:?} in the XML declaration",
            String::from_utf8_lossy(label)
        )),
    }
}

fn declared_encoding(head: &[u8]) -> Option<&[u8]> {
    let start = head.strip_prefix(b"<?xml")?;
    let end = start.windows(2).position(|w| w == b"?>")?;
    let declaration = &start[..end];
    let key = b"encoding";
    let at = declaration.windows(key.len()).position(|w| w == key)?;
    let rest = declaration[at + key.len()..].trim_ascii_start();
    let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
    let (quote, rest) = rest.split_first()?;
    let end = rest.iter().position(|b| b == quote)?;
    Some(&rest[..end])
}

fn looks_like_xml(head: &[u8], encoding: &'static Encoding) -> bool {
    let mut text = [0u8; 256];
    let sample = &head[..head.len().min(64)];
    let (result, _, written, _) = encoding
        .new_decoder_without_bom_handling()
        .decode_to_utf8(sample, &mut text, false);
    debug_assert!(matches!(result, CoderResult::InputEmpty));
    let text = text[..written].trim_ascii_start();
    text.first() == Some(&b'<') || (text.is_empty() && head.len() > 64)
}

fn describe_head(head: &[u8]) -> String {
    if head.is_empty() {
        return "an empty file".to_owned();
    }
    if head.starts_with(b"\x89PNG") {
        return "a PNG image".to_owned();
    }
    let start: String = String::from_utf8_lossy(&head[..head.len().min(24)])
        .chars()
        .map(|c| if c.is_control() { '\u{b7}' } else { c })
        .collect();
    format!("a file that starts with {start:?}")
}
