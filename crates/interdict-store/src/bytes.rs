//! Varints and length-prefixed texts: what the stored blobs are made of.

/// Appends an unsigned integer, seven bits a byte, low bits first.
pub(crate) fn put_uint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a signed integer, small magnitudes first.
pub(crate) fn put_int(out: &mut Vec<u8>, value: i64) {
    put_uint(out, ((value << 1) ^ (value >> 63)) as u64);
}

/// Appends a text with its length.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_uint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Appends a text that may be missing.
pub(crate) fn put_optional(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => put_uint(out, 0),
        Some(text) => {
            put_uint(out, text.len() as u64 + 1);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// Reads what the functions above wrote; every failure is a short description of what is wrong.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

/// What is wrong with stored bytes.
pub(crate) type Wrong = &'static str;

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Wrong> {
        let (first, rest) = self.rest.split_first().ok_or("ends too early")?;
        self.rest = rest;
        Ok(*first)
    }

    pub(crate) fn uint(&mut self) -> Result<u64, Wrong> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err("holds a number that is too large");
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("holds a number that is too long")
    }

    pub(crate) fn int(&mut self) -> Result<i64, Wrong> {
        let raw = self.uint()?;
        Ok((raw >> 1) as i64 ^ -((raw & 1) as i64))
    }

    /// A count of things that each take at least one byte of what remains.
    pub(crate) fn count(&mut self) -> Result<usize, Wrong> {
        let count = usize::try_from(self.uint()?).map_err(|_| "holds a count that is too large")?;
        if count > self.rest.len() {
            return Err("counts more than it holds");
        }
        Ok(count)
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Result<&'a [u8], Wrong> {
        let (first, rest) = self.rest.split_at_checked(len).ok_or("ends too early")?;
        self.rest = rest;
        Ok(first)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, Wrong> {
        let len = self.count()?;
        self.text_of(len)
    }

    pub(crate) fn optional(&mut self) -> Result<Option<&'a str>, Wrong> {
        match self.uint()? {
            0 => Ok(None),
            n => {
                let len = usize::try_from(n - 1).map_err(|_| "holds a length that is too large")?;
                self.text_of(len).map(Some)
            }
        }
    }

    fn text_of(&mut self, len: usize) -> Result<&'a str, Wrong> {
        std::str::from_utf8(self.bytes(len)?).map_err(|_| "holds a text that is not UTF-8")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_and_texts_come_back(a: u64, b: i64, c in ".*", d in proptest::option::of(".*")) {
            let mut out = Vec::new();
            put_uint(&mut out, a);
            put_int(&mut out, b);
            put_text(&mut out, &c);
            put_optional(&mut out, d.as_deref());
            let mut reader = Reader::new(&out);
            prop_assert_eq!(reader.uint(), Ok(a));
            prop_assert_eq!(reader.int(), Ok(b));
            prop_assert_eq!(reader.text(), Ok(c.as_str()));
            prop_assert_eq!(reader.optional(), Ok(d.as_deref()));
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            while !reader.is_empty() {
                if reader.text().is_err() || reader.int().is_err() || reader.optional().is_err() {
                    break;
                }
            }
        }
    }
}
