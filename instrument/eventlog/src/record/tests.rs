//! Every record and definition survives the way to words and back.

use super::*;

fn stack(number: u32) -> StackId {
    StackId::new(number)
}

#[test]
fn an_access_takes_one_word_and_comes_back() {
    let record = Record::Access {
        write: true,
        stack: stack(0xff_ffff),
        cell: ObjectKey::new(ObjectKey::MAX),
        parts: 1,
        version: None,
    };
    let words = encode(&record);
    assert_eq!(words.as_slice().len(), 1);
    assert_eq!(
        decode(words.as_slice()),
        Ok(Some((Entry::Record(record), 1)))
    );
}
