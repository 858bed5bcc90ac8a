//! The same log, its records in other chunks and other streams.

use std::collections::HashMap;

use racegate_eventlog::chunk::{self, ChunkHeader};
use racegate_eventlog::header::{HEADER_BYTES, LogHeader};
use racegate_eventlog::reader::{Log, LogImage, ReadError, read_image};
use racegate_eventlog::record::{
    Entry as Decoded, ObjectKey, Record, ThreadVerb, decode, encode, with_stamps,
};
use racegate_eventlog::validate::validate;
use racegate_eventlog::writer::write_log;
use racegate_eventlog::{StackId, ThreadId, Trace};

use super::reordered::{Keep, compare};
use super::{Checked, Outcome};
use crate::panel::Panel;
use crate::random::Random;

/// How many streams the threads speak in, at most.
const STREAMS: usize = 4;

/// The words of one record or definition.
type Entry = Vec<u64>;

/// A log is written, cut otherwise, and both are read.
pub(super) fn cut_otherwise(panel: &Panel, trace: &Trace, random: &mut Random) -> Outcome {
    let log = write_log(trace);
    let cut = recut(&log, random)?;
    let [log, image] = [log, cut].map(|sealed| LogImage {
        sealed,
        windows: Vec::new(),
    });
    let [whole, cut] = [&log, &image].map(read_image);
    let whole = whole.map_err(|error| format!("the log is refused: {error}"))?;
    let cut = cut.map_err(|error| format!("the log, cut otherwise, is refused: {error}"))?;
    if !cut.integrity().is_complete() {
        return Err(format!("something is missing: {:?}", cut.integrity()));
    }
    // The end of a thread that is joined is added where it is missing.
    if whole.events().len() < trace.events().len() {
        return Err("the log has fewer events than the trace".to_owned());
    }
    if whole.events() != cut.events() {
        return Err("the events are others, or in another order".to_owned());
    }
    compare(panel, trace, &cut, Keep::of_a_log(trace))?;
    replay(panel, trace, &image)?;
    Ok(Checked::Holds)
}

/// Block by block, a log's events are in some order that keeps what orders.
fn replay(panel: &Panel, trace: &Trace, image: &LogImage) -> Outcome {
    let refused = |error: ReadError| format!("the log is refused block by block: {error}");
    let log = Log::of_image(image).map_err(refused)?;
    let mut events = Vec::new();
    let integrity = log
        .replay(|block| events.extend_from_slice(block))
        .map_err(refused)?;
    let replayed = validate(events, log.tables().clone(), integrity);
    let replayed = replayed.map_err(|error| format!("the replay is refused: {error}"))?;
    compare(panel, trace, &replayed, Keep::Synchronisation)
}

/// The streams of a log, put together anew.
fn recut(log: &[u8], random: &mut Random) -> Result<Vec<u8>, String> {
    let header = LogHeader::decode(log).map_err(|error| format!("no header: {error}"))?;
    let (definitions, threads) = entries(&log[HEADER_BYTES..])?;
    let mut streams: Vec<Vec<Segment>> = vec![Vec::new(); 1 + random.below(STREAMS)];
    for (thread, entries) in threads {
        for segment in segments(thread, entries, random) {
            let stream = random.below(streams.len());
            streams[stream].push(segment);
        }
    }
    streams.push(vec![Segment {
        thread: ThreadId::ROOT,
        number: 0,
        entries: definitions,
    }]);
    let mut chunks = Vec::new();
    for (number, stream) in (0..).zip(&streams) {
        chunks.extend(chunks_of(number, stream, header.tag(), random));
    }
    random.shuffle(&mut chunks);
    let mut cut = log[..HEADER_BYTES].to_vec();
    cut.extend(chunks.concat());
    Ok(cut)
}

/// A stretch of a thread's records, in one stream.
#[derive(Clone)]
struct Segment {
    thread: ThreadId,
    number: u64,
    entries: Vec<Entry>,
}

/// What each thread recorded.
type Threads = Vec<(ThreadId, Vec<Entry>)>;

/// The definitions of a log, and what each thread recorded after its first switch.
fn entries(mut chunks: &[u8]) -> Result<(Vec<Entry>, Threads), String> {
    let mut streams: Vec<(ThreadId, Vec<Entry>)> = Vec::new();
    while !chunks.is_empty() {
        let (chunk, length) = chunk::decode(chunks).map_err(|error| error.to_string())?;
        chunks = &chunks[length..];
        let stream = chunk.header.stream as usize;
        if streams.len() <= stream {
            streams.resize(stream + 1, (ThreadId::ROOT, Vec::new()));
        }
        streams[stream].0 = chunk.header.thread;
        let words = with_stamps(chunk.words);
        let mut words = &words[..];
        while let Some((_, taken)) = decode(words).map_err(|error| error.to_string())? {
            streams[stream].1.push(words[..taken].to_vec());
            words = &words[taken..];
        }
    }
    let mut streams = streams.into_iter();
    let definitions = streams.next().map_or_else(Vec::new, |(_, entries)| entries);
    let threads = streams.map(|(thread, entries)| (thread, entries[1..].to_vec()));
    Ok((definitions, threads.collect()))
}

/// Each stretch begins with a record that says whose it is.
fn segments(thread: ThreadId, entries: Vec<Entry>, random: &mut Random) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for entry in entries {
        if segments.is_empty() || random.once_in(6) {
            let number = segments.len() as u64;
            let switch = Record::Thread {
                verb: ThreadVerb::Switch { segment: number },
                stack: StackId::EMPTY,
                thread,
            };
            segments.push(Segment {
                thread,
                number,
                entries: vec![encode(&switch).as_slice().to_vec()],
            });
        }
        if let Some(last) = segments.last_mut() {
            last.entries.push(entry);
        }
    }
    segments
}

/// A stream's chunks, and its end.
fn chunks_of(stream: u32, segments: &[Segment], log: u64, random: &mut Random) -> Vec<Vec<u8>> {
    let header = |sequence: usize, thread, segment| ChunkHeader {
        log,
        stream,
        sequence: sequence as u64,
        thread,
        segment,
        generation: 0,
        dropped_accesses: 0,
        dropped_sync: 0,
        outside: 0,
    };
    let mut chunks = Vec::new();
    let mut words = Vec::new();
    let mut told = HashMap::new();
    let speaks = |segment: &Segment| (segment.thread, segment.number);
    let mut current = segments.first().map_or((ThreadId::ROOT, 0), speaks);
    let mut begins = current;
    for segment in segments {
        for entry in &segment.entries {
            if !words.is_empty() && random.once_in(5) {
                chunks.push(chunk::encode(
                    &header(chunks.len(), begins.0, begins.1),
                    &words,
                ));
                words.clear();
                told.clear();
            }
            if words.is_empty() {
                begins = current;
            }
            if current != speaks(segment) {
                told.clear();
            }
            words.extend(leave_out(entry, &mut told, random));
            current = speaks(segment);
        }
    }
    if !words.is_empty() {
        chunks.push(chunk::encode(
            &header(chunks.len(), begins.0, begins.1),
            &words,
        ));
    }
    chunks.push(chunk::encode(
        &header(chunks.len(), current.0, current.1),
        &[],
    ));
    chunks
}

/// An entry, perhaps without its stamp, where the same stretch of the chunk has told that of
/// the object's step before it.
fn leave_out(entry: &Entry, told: &mut HashMap<ObjectKey, u64>, random: &mut Random) -> Vec<u64> {
    let Ok(Some((Decoded::Record(mut record), _))) = decode(entry) else {
        return entry.clone();
    };
    if let Record::Sync { object, stamp, .. } = &mut record
        && let Some(sequence) = stamp.map(|stamp| stamp.sequence)
    {
        let before = told.insert(*object, sequence);
        if before == Some(sequence - 1) && !random.once_in(3) {
            *stamp = None;
        }
    }
    encode(&record).as_slice().to_vec()
}
