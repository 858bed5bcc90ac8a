//! Every record and definition survives the way to words and back.

use proptest::prelude::*;

use super::*;
use crate::event::{FenceOrdering, LoadOrdering, LockMode, RmwOrdering, StoreOrdering};
use crate::tables::{ObjectClass, ThreadOrigin};

fn stack() -> impl Strategy<Value = StackId> {
    (0..1_u32 << STACK_BITS).prop_map(StackId::new)
}

fn key() -> impl Strategy<Value = ObjectKey> {
    let near = 0..1_u64 << (SHORT_KEY_BITS + 1);
    prop_oneof![0..=ObjectKey::MAX, near].prop_map(ObjectKey::new)
}

fn thread() -> impl Strategy<Value = ThreadId> {
    any::<u32>().prop_map(ThreadId::new)
}

fn sync_verb() -> impl Strategy<Value = SyncVerb> {
    prop::sample::select(vec![
        SyncVerb::Acquire,
        SyncVerb::Release,
        SyncVerb::ReleaseMerge,
        SyncVerb::Exchange,
        SyncVerb::Load(LoadOrdering::Relaxed),
        SyncVerb::Load(LoadOrdering::Acquire),
        SyncVerb::Load(LoadOrdering::SeqCst),
        SyncVerb::Store(StoreOrdering::Relaxed),
        SyncVerb::Store(StoreOrdering::Release),
        SyncVerb::Store(StoreOrdering::SeqCst),
        SyncVerb::Rmw(RmwOrdering::Relaxed),
        SyncVerb::Rmw(RmwOrdering::Acquire),
        SyncVerb::Rmw(RmwOrdering::Release),
        SyncVerb::Rmw(RmwOrdering::AcqRel),
        SyncVerb::Rmw(RmwOrdering::SeqCst),
    ])
}

fn thread_verb() -> impl Strategy<Value = ThreadVerb> {
    prop_oneof![
        Just(ThreadVerb::Fork),
        Just(ThreadVerb::Begin),
        Just(ThreadVerb::End),
        Just(ThreadVerb::Join),
        (0..1_u64 << 60).prop_map(|segment| ThreadVerb::Switch { segment }),
    ]
}

fn note_verb() -> impl Strategy<Value = NoteVerb> {
    prop_oneof![
        key().prop_map(|object| NoteVerb::Request(object, LockMode::Read)),
        key().prop_map(|object| NoteVerb::Request(object, LockMode::Write)),
        any::<u32>().prop_map(|name| NoteVerb::BlockBegin(NameId::new(name))),
        any::<u32>().prop_map(|name| NoteVerb::BlockEnd(NameId::new(name))),
        any::<u32>().prop_map(|name| NoteVerb::Mark(NameId::new(name))),
    ]
}

fn memory() -> impl Strategy<Value = Record> {
    let verbs = vec![MemoryVerb::Read, MemoryVerb::Write, MemoryVerb::Forget];
    let verb = prop::sample::select(verbs);
    let (address, length) = (0..1_u64 << 60, 1..1_u64 << OBJECT_BITS);
    (verb, stack(), address, length, any::<u64>()).prop_map(
        |(verb, stack, address, length, generation)| Record::Memory {
            verb,
            stack,
            address,
            length,
            generation,
        },
    )
}

fn record() -> impl Strategy<Value = Record> {
    let small = 0..1_u64 << (SHORT_VERSION_BITS + 1);
    let version = prop::option::of(prop_oneof![any::<u64>(), small]);
    let parts = prop_oneof![Just(1), any::<u32>()];
    let access = (any::<bool>(), stack(), key(), version, parts, any::<bool>());
    let orderings = prop::sample::select(vec![
        FenceOrdering::Acquire,
        FenceOrdering::Release,
        FenceOrdering::AcqRel,
        FenceOrdering::SeqCst,
    ]);
    prop_oneof![
        access.prop_map(
            |(write, stack, cell, version, parts, more)| Record::Access {
                write,
                stack,
                cell,
                parts,
                version,
                more,
            }
        ),
        (sync_verb(), stack(), key(), 0..1_u64 << 56, any::<bool>()).prop_map(
            |(verb, stack, object, sequence, gap)| Record::Sync {
                verb,
                stack,
                object,
                stamp: Some(Stamp { sequence, gap }),
            }
        ),
        (sync_verb(), stack(), key()).prop_map(|(verb, stack, object)| Record::Sync {
            verb,
            stack,
            object: ObjectKey::new(object.number() % (1 << ATOMIC_KEY_BITS)),
            stamp: None,
        }),
        memory(),
        (stack(), key(), any::<u32>(), any::<u64>(), any::<bool>()).prop_map(
            |(stack, cell, parts, version, more)| Record::Forget {
                stack,
                cell,
                parts,
                version,
                more,
            }
        ),
        (stack(), orderings).prop_map(|(stack, ordering)| Record::Fence { stack, ordering }),
        (thread_verb(), stack(), thread()).prop_map(|(verb, stack, thread)| Record::Thread {
            verb,
            stack,
            thread,
        }),
        (note_verb(), stack()).prop_map(|(verb, stack)| Record::Note { verb, stack }),
    ]
}

fn class() -> impl Strategy<Value = ObjectClass> {
    prop::sample::select(definition::CLASSES.to_vec())
}

fn origin() -> impl Strategy<Value = ThreadOrigin> {
    prop::sample::select(definition::ORIGINS.to_vec())
}

fn named_memory() -> impl Strategy<Value = Definition> {
    let named_at = any::<u32>().prop_map(StackId::new);
    (any::<u64>(), any::<u64>(), named_at, any::<String>()).prop_map(
        |(address, length, named_at, name)| Definition::Memory {
            address,
            length,
            named_at,
            name,
        },
    )
}

fn definition() -> impl Strategy<Value = Definition> {
    let id = || any::<u32>().prop_map(StackId::new);
    prop_oneof![
        (id(), id(), any::<String>(), any::<u32>(), any::<u32>()).prop_map(
            |(id, parent, file, line, column)| Definition::Site {
                id,
                parent,
                file,
                line,
                column,
            }
        ),
        named_memory(),
        (id(), id(), any::<u64>()).prop_map(|(id, parent, address)| Definition::Frame {
            id,
            parent,
            address,
        }),
        id().prop_map(|id| Definition::Cut { id }),
        (
            any::<u64>(),
            any::<u64>(),
            any::<String>(),
            any::<Vec<u8>>()
        )
            .prop_map(|(base, end, path, build_id)| Definition::Module {
                base,
                end,
                path,
                build_id,
            }),
        (key(), any::<u32>(), id(), any::<String>(), any::<String>()).prop_map(
            |(key, parts, created_at, name, type_name)| Definition::Cell {
                key,
                parts,
                created_at,
                name,
                type_name,
            }
        ),
        (
            key(),
            class(),
            prop::option::of(1..=ObjectKey::MAX),
            id(),
            any::<String>()
        )
            .prop_map(
                |(key, class, partner, created_at, name)| Definition::Object {
                    key,
                    class,
                    partner: partner.map(ObjectKey::new),
                    created_at,
                    type_name: name.clone(),
                    name,
                }
            ),
        (thread(), origin(), any::<String>()).prop_map(|(thread, origin, name)| {
            Definition::Thread {
                thread,
                origin,
                name,
            }
        }),
        (any::<u32>(), any::<String>()).prop_map(|(name, text)| Definition::Name {
            name: NameId::new(name),
            text,
        }),
    ]
}

proptest! {
    #[test]
    fn a_record_comes_back(record in record()) {
        let words = encode(&record);
        let words = words.as_slice();
        prop_assert!(words[0] != 0);
        prop_assert_eq!(decode(words), Ok(Some((Entry::Record(record), words.len()))));
        if words.len() > 1 {
            prop_assert!(decode(&words[..1]).is_err());
        }
    }

    #[test]
    fn a_definition_comes_back(definition in definition()) {
        let mut words = Vec::new();
        encode_definition(&definition, &mut words);
        prop_assert_eq!(definition_length(&words), Some(words.len()));
        prop_assert_eq!(decode(&words), Ok(Some((Entry::Definition(definition), words.len()))));
        prop_assert!(decode(&words[..words.len() - 1]).is_err());
    }

    /// Both know what an access of one part is, whatever the words are.
    #[test]
    fn a_first_word_tells_what_is_decoded(words in any::<[u64; 2]>(), kind in 1..=4_u64) {
        let words = [words[0] & !0xf | kind, words[1]];
        let first = FirstWord::new(words[0]);
        prop_assert!(first.is_access());
        prop_assert_eq!(first.is_one_word_access(), first.words() == 1);
        let told = if first.words() == 2 { Some(words[1]) } else { first.short_version() };
        let record = Record::Access {
            write: first.writes(),
            stack: StackId::new(u32::try_from(first.stack()).unwrap()),
            cell: ObjectKey::new(first.cell()),
            parts: 1,
            version: told,
            more: false,
        };
        prop_assert_eq!(decode(&words), Ok(Some((Entry::Record(record), first.words()))));
    }

    /// The same of a step of what is no atomic.
    #[test]
    fn a_first_word_tells_of_a_step(words in any::<[u64; 2]>(), kind in 7..=10_u64) {
        let words = [words[0] & !0xf | kind, words[1]];
        let first = FirstWord::new(words[0]);
        prop_assert!(first.is_step());
        let told = first.step_words() == 2;
        prop_assert_eq!(first.is_without_stamp(), !told);
        let record = Record::Sync {
            verb: first.verb(),
            stack: StackId::new(u32::try_from(first.stack()).unwrap()),
            object: ObjectKey::new(first.object()),
            stamp: told.then(|| step_stamp(words[1])),
        };
        prop_assert_eq!(first.subject(), first.object());
        prop_assert_eq!(decode(&words), Ok(Some((Entry::Record(record), first.step_words()))));
    }

    #[test]
    fn any_words_decode_or_are_refused(words in prop::collection::vec(any::<u64>(), 0..40)) {
        let mut at = 0;
        while let Ok(Some((_, taken))) = decode(&words[at..]) {
            prop_assert!(taken > 0);
            at += taken;
        }
        prop_assert!(at <= words.len());
    }
}

#[test]
fn what_an_access_tells_decides_how_many_words_it_takes() {
    let (near, far) = ((1 << 23) - 1, 1 << 23);
    for (cell, parts, version, more, words) in [
        (near, 1, None, false, 1),
        (near, 1, Some(4095), false, 1),
        (near, 1, Some(4096), false, 2),
        (far, 1, None, false, 1),
        (far, 1, Some(0), false, 2),
        (ObjectKey::MAX, 1, None, false, 1),
        (ObjectKey::MAX, 1, Some(1), false, 2),
        (near, 2, None, false, 2),
        (near, 2, Some(1), false, 3),
        (near, 1, None, true, 2),
        (near, 1, Some(1), true, 3),
    ] {
        let record = Record::Access {
            write: true,
            stack: StackId::new((1 << STACK_BITS) - 1),
            cell: ObjectKey::new(cell),
            parts,
            version,
            more,
        };
        let encoded = encode(&record);
        assert_eq!(encoded.as_slice().len(), words, "{record:?}");
        let decoded = decode(encoded.as_slice());
        assert_eq!(decoded, Ok(Some((Entry::Record(record), words))));
    }
}

#[test]
fn a_step_that_follows_takes_one_word_where_there_is_room() {
    let atomic = SyncVerb::Rmw(RmwOrdering::SeqCst);
    let stamp = Stamp {
        sequence: 7,
        gap: false,
    };
    let (near, far) = ((1 << 31) - 1, 1 << 31);
    for (verb, key, follows, words) in [
        (SyncVerb::Release, ObjectKey::MAX, true, 1),
        (SyncVerb::Release, 1, false, 2),
        (atomic, near, true, 1),
        (atomic, far, true, 2),
        (atomic, near, false, 2),
    ] {
        let (stack, object) = (StackId::new((1 << STACK_BITS) - 1), ObjectKey::new(key));
        let encoded = step_words(VerbCode::of(verb), stack, object, (stamp, follows));
        let encoded = Words::from(encoded);
        let record = Record::Sync {
            verb,
            stack,
            object,
            stamp: (words == 2).then_some(stamp),
        };
        let decoded = decode(encoded.as_slice());
        assert_eq!(decoded, Ok(Some((Entry::Record(record), words))));
    }
}

#[test]
fn a_string_is_cut_at_four_kibibytes() {
    let text = "x".repeat(5000);
    let name = NameId::new(1);
    let mut words = Vec::new();
    encode_definition(&Definition::Name { name, text }, &mut words);
    let text = "x".repeat(4096);
    let expected = Entry::Definition(Definition::Name { name, text });
    assert_eq!(decode(&words), Ok(Some((expected, words.len()))));
}
