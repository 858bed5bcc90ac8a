//! An unwind row: how to get from a frame to its caller.
//!
//! **Invariant:** a row says what the compiler's tables say of an address, or that they
//! say more than a row can.

use gimli::{CfaRule, RegisterRule, UnwindContextStorage, UnwindTableRow, X86_64};

/// What the tables say of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// The frame has a caller. Right above the word that holds the return address, at
    /// an offset in bytes from a register, the caller's frame begins.
    Caller {
        /// The register.
        from: Base,
        /// The offset.
        offset: i32,
        /// Where the caller's frame pointer was saved, in words from the beginning of
        /// the caller's frame. `None` when it still stands in its register.
        saved_bp: Option<i16>,
    },
    /// Nothing called it.
    Outermost,
    /// More than a row can say.
    Beyond,
}

/// The register that a frame's place is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Base {
    /// The stack pointer.
    Stack = 0,
    /// The frame pointer.
    Frame = 1,
}

const FROM_STACK: u64 = 1;
const FROM_FRAME: u64 = 2;
const OUTERMOST: u64 = 3;
const BEYOND: u64 = 4;

/// The size of a word on the stack.
const WORD: i64 = 8;

impl Row {
    /// As one word: what it is in the lowest 16 bits, then where the frame pointer was
    /// saved, then the offset. A frame pointer is never saved in the caller's frame, so
    /// zero says that it was not.
    pub(super) fn to_word(self) -> u64 {
        match self {
            Self::Caller {
                from,
                offset,
                saved_bp,
            } => {
                let from = match from {
                    Base::Stack => FROM_STACK,
                    Base::Frame => FROM_FRAME,
                };
                let saved = u64::from(saved_bp.unwrap_or(0).cast_unsigned());
                from | saved << 16 | u64::from(offset.cast_unsigned()) << 32
            }
            Self::Outermost => OUTERMOST,
            Self::Beyond => BEYOND,
        }
    }

    /// What `to_word` made.
    #[inline]
    pub(super) fn from_word(word: u64) -> Self {
        let from = match word & 0xffff {
            FROM_STACK => Base::Stack,
            FROM_FRAME => Base::Frame,
            OUTERMOST => return Self::Outermost,
            _ => return Self::Beyond,
        };
        let saved = ((word >> 16) as u16).cast_signed();
        Self::Caller {
            from,
            offset: ((word >> 32) as u32).cast_signed(),
            saved_bp: (saved != 0).then_some(saved),
        }
    }

    /// What a row of the tables says.
    pub(super) fn of<S: UnwindContextStorage<usize>>(row: &UnwindTableRow<usize, S>) -> Self {
        Self::spelled(row).unwrap_or(Self::Beyond)
    }

    fn spelled<S: UnwindContextStorage<usize>>(row: &UnwindTableRow<usize, S>) -> Option<Self> {
        let returns = row.register(X86_64::RA)?;
        if returns == RegisterRule::Undefined {
            return Some(Self::Outermost);
        }
        if returns != RegisterRule::Offset(-WORD) {
            return None;
        }
        // The caller's stack pointer is where its frame begins, unless told otherwise.
        if row.register(X86_64::RSP).is_some() {
            return None;
        }
        let CfaRule::RegisterAndOffset { register, offset } = row.cfa() else {
            return None;
        };
        let from = match *register {
            X86_64::RSP => Base::Stack,
            X86_64::RBP => Base::Frame,
            _ => return None,
        };
        let saved_bp = match row.register(X86_64::RBP) {
            None | Some(RegisterRule::SameValue) => None,
            Some(RegisterRule::Offset(offset)) if offset < 0 && offset % WORD == 0 => {
                Some(i16::try_from(offset / WORD).ok()?)
            }
            Some(_) => return None,
        };
        let offset = i32::try_from(*offset).ok()?;
        Self::caller(from, offset, saved_bp)
    }

    /// A row of a frame that has a caller. What a step relies on is seen to here: that
    /// words stand where words do, and that a frame counted from the stack pointer is not
    /// empty and holds what it saved.
    pub(super) fn caller(from: Base, offset: i32, saved_bp: Option<i16>) -> Option<Self> {
        let (size, word) = (i64::from(offset), WORD);
        let saved_at = saved_bp.map_or(0, |words| size + i64::from(words) * word);
        let is_frame = match from {
            Base::Stack => size >= word && saved_at >= 0,
            Base::Frame => true,
        };
        (is_frame && size % word == 0).then_some(Self::Caller {
            from,
            offset,
            saved_bp,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_from_its_word() {
        let mut rows = vec![Row::Outermost, Row::Beyond];
        for from in [Base::Stack, Base::Frame] {
            for offset in [0, 8, 16, 1 << 19, i32::MAX, -8, i32::MIN] {
                for saved_bp in [None, Some(-2), Some(-1), Some(i16::MIN)] {
                    rows.extend(Row::caller(from, offset, saved_bp));
                }
            }
        }
        for row in rows {
            assert_eq!(Row::from_word(row.to_word()), row);
        }
    }

    #[test]
    fn a_frame_that_holds_no_words_or_not_what_it_saved_is_none() {
        assert_eq!(Row::caller(Base::Stack, 0, None), None);
        assert_eq!(Row::caller(Base::Stack, -8, None), None);
        assert_eq!(Row::caller(Base::Stack, 12, None), None);
        assert_eq!(Row::caller(Base::Frame, 12, None), None);
        assert_eq!(Row::caller(Base::Stack, 16, Some(-3)), None);
        assert!(Row::caller(Base::Stack, 16, Some(-2)).is_some());
        // What is counted from the frame pointer is known when that is.
        assert!(Row::caller(Base::Frame, -8, Some(-3)).is_some());
    }
}
