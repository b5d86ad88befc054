//! Takes the fields of a header one by one; what is not there is `None`.

/// The bytes of a header that were not taken yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'h>(pub(super) &'h [u8]);

impl<'h> Fields<'h> {
    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Option<&'h [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next bytes, as many as the array has room for.
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A number of variable length: seven bits a byte, the lowest first.
    pub(super) fn vint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A number of variable length that counts bytes of this header, and those bytes.
    pub(super) fn counted(&mut self) -> Option<&'h [u8]> {
        let count = usize::try_from(self.vint()?).ok()?;
        self.take(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_variable_length_end() {
        let mut fields = Fields(&[0x81, 0x01, 5]);
        assert_eq!([fields.vint(), fields.vint(), fields.vint()], [Some(129), Some(5), None]);
        assert_eq!(Fields(&[0x80; 40]).vint(), None);
    }

    #[test]
    fn nothing_is_taken_beyond_the_end() {
        let mut fields = Fields(&[1, 2, 3]);
        assert_eq!((fields.u16(), fields.u32(), fields.byte()), (Some(0x201), None, Some(3)));
        assert_eq!(Fields(&[0xff, 0xff, 0x7f]).counted(), None);
    }
}
