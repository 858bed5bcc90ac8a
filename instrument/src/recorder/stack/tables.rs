//! The compiler's unwind tables: the section `.eh_frame` of each binary.
//!
//! **Invariant:** only tables of binaries that stay mapped are read.

use std::sync::OnceLock;

use gimli::{
    BaseAddresses, EhFrame, EhFrameHdr, Error, LittleEndian, Pointer, Register,
    RegisterRule, UnwindContext, UnwindContextStorage, UnwindSection, UnwindTableRow,
};

use super::binaries::{Binary, lasting};
use super::row::Row;

/// The row of the instruction at `address`. `None` outside of the binaries that stay.
pub(super) fn row(address: usize) -> Option<Row> {
    static LASTING: OnceLock<&'static [Binary]> = OnceLock::new();
    let binaries = LASTING.get_or_init(lasting);
    let binary = binaries.iter().find(|binary| binary.holds(address))?;
    Some(look_up(binary, address as u64).unwrap_or_else(|error| {
        if error == Error::NoUnwindInfoForAddress {
            // The system's unwinder stops here, too.
            Row::Outermost
        } else {
            Row::Beyond
        }
    }))
}

fn look_up(binary: &Binary, address: u64) -> Result<Row, Error> {
    // SAFETY: the binary stays mapped.
    let (index, index_at) = unsafe { binary.index() };
    let bases = BaseAddresses::default().set_eh_frame_hdr(index_at as u64);
    let header = EhFrameHdr::new(index, LittleEndian).parse(&bases, 8)?;
    let Pointer::Direct(frames_at) = header.eh_frame_ptr() else {
        return Ok(Row::Beyond);
    };
    // SAFETY: the binary stays mapped.
    let frames = unsafe { binary.tables(frames_at as usize) };
    let (Some(frames), Some(table)) = (frames, header.table()) else {
        return Ok(Row::Beyond);
    };
    let bases = bases.set_eh_frame(frames_at);
    let section = EhFrame::new(frames, LittleEndian);
    let fde = table.fde_for_address(&section, &bases, address, EhFrame::cie_from_offset)?;
    if fde.is_signal_trampoline() {
        // The frame that was interrupted is not one that called.
        return Ok(Row::Beyond);
    }
    let mut context = UnwindContext::<usize, OnStack>::new_in();
    let row = fde.unwind_info_for_address(&section, &bases, &mut context, address)?;
    Ok(Row::of(row))
}

/// Room for a function's rules on this thread's stack: a probe does not allocate. A
/// function with more of them is beyond a row.
struct OnStack;

impl UnwindContextStorage<usize> for OnStack {
    type Rules = [(Register, RegisterRule<usize>); 24];
    type Stack = [UnwindTableRow<usize, Self>; 4];
}
